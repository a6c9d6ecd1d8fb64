import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isBundled } from '../drill/program-file.ts';
import type { Assets } from '../server/assets.ts';
import { pageAssets } from './bundle-page.ts';

/** The page of the dashboard: from the npm package, or made from the sources of a clone. */
export async function openPage(): Promise<Assets> {
  if (!isBundled()) {
    const { bundlePageApart } = await import('./bundle-apart.ts');
    return pageAssets(await bundlePageApart());
  }
  const [script, style] = await Promise.all(
    ['page.js', 'page.css'].map((name) => readFile(join(import.meta.dirname, name), 'utf8')),
  );
  return pageAssets({ script: script ?? '', style: style ?? '' });
}
