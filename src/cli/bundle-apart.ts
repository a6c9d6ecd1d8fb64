import { join } from 'node:path';
import { runLocal } from '../hosts/process.ts';
import type { PageParts } from './bundle-page.ts';

/**
 * Bundles the agent's program in a process of its own. What bundles takes 75 MB, and gives nothing back: a dashboard that runs for months would
 * keep it. For a clone only. Throws a plain Error with what the process said.
 */
export async function bundleAgentApart(): Promise<string> {
  const program: string = JSON.parse(await bundledBy('agent'));
  return program;
}

/** The same with the dashboard's page. */
export async function bundlePageApart(): Promise<PageParts> {
  const parts: PageParts = JSON.parse(await bundledBy('page'));
  return parts;
}

async function bundledBy(what: 'agent' | 'page'): Promise<string> {
  const child = join(import.meta.dirname, 'bundle-child.ts');
  const { exitCode, stdout, stderr } = await runLocal({
    argv: [process.execPath, '--disable-warning=ExperimentalWarning', child, what],
  });
  if (exitCode !== 0) throw new Error(`the ${what} can't be bundled: ${stderr.trim()}`);
  return stdout;
}
