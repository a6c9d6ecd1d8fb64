import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Assets } from '../server/assets.ts';

/** The parts of the page as they were bundled: script and style, each one file. */
export interface PageParts {
  readonly script: string;
  readonly style: string;
}

/**
 * The dashboard's page as one script and one style sheet, made from `ui/` below `root`. The npm package carries them ready-made
 * (tools/build.ts); a clone makes them when they are needed, in a tenth of a second.
 */
export async function bundlePage(root: string): Promise<PageParts> {
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({
    input: resolve(root, 'ui/main.tsx'),
    cwd: root,
    platform: 'browser',
    tsconfig: resolve(root, 'ui/tsconfig.json'),
  });
  const { output } = await bundle.generate({ format: 'esm', minify: true });
  await bundle.close();
  const [chunk, ...more] = output;
  if (more.length > 0) throw new Error('the page must be one script');
  return { script: chunk.code, style: await readFile(join(root, 'ui/style.css'), 'utf8') };
}

/** The page and its files as they are served: names hold hashes, so a browser keeps them for good. */
export function pageAssets({ script, style }: PageParts): Assets {
  const named = (text: string, ending: string): string => {
    const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
    return `page-${hash}.${ending}`;
  };
  const [scriptName, styleName] = [named(script, 'js'), named(style, 'css')];
  return {
    page: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>evenkeel</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M1 9h14l-3 5H4z M8 1v7 M8 2l5 6' fill='%232563eb' stroke='%232563eb'/%3E%3C/svg%3E">
<link rel="stylesheet" href="/assets/${styleName}">
<script type="module" src="/assets/${scriptName}"></script>
</head>
<body><div id="page"><p>Loading&hellip;</p></div>
<noscript><p>This page needs JavaScript. <code>evenkeel status --watch</code> shows the same in a terminal.</p></noscript>
</body>
</html>
`,
    files: new Map([
      [scriptName, { type: 'text/javascript; charset=utf-8', text: script }],
      [styleName, { type: 'text/css; charset=utf-8', text: style }],
    ]),
  };
}
