import { readdir, readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { join, resolve } from 'node:path';
import { isBundled } from '../drill/program-file.ts';
import { bundlePage } from './bundle-page.ts';

/** File name -> content of a program that needs Node.js and nothing else; `main.js` is what runs. */
export type ServeProgram = ReadonlyMap<string, Uint8Array>;

/**
 * The dashboard as hosts get it, with everything it imports and its page. The npm package carries it ready-made below `dist/serve`
 * (tools/build.ts); a clone makes it when it is needed, in a few seconds.
 */
export async function openServeProgram(): Promise<ServeProgram> {
  if (!isBundled()) return bundleServe(join(import.meta.dirname, '..', '..'));
  const directory = join(import.meta.dirname, 'serve');
  const names = (await readdir(directory)).toSorted();
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(directory, name))] as const)));
}

/** Makes it from the sources below `root`. Throws a plain Error when something would be left to import. */
export async function bundleServe(root: string): Promise<ServeProgram> {
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({
    input: { main: resolve(root, 'src/cli/main.ts') },
    cwd: root,
    platform: 'node',
    logLevel: 'silent',
    // It bundles what a clone brings to hosts; there nothing is brought on.
    external: ['rolldown', ...builtinModules, /^node:/],
  });
  const { output } = await bundle.generate({
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'part-[hash].js',
    minify: { compress: false, mangle: false },
  });
  await bundle.close();
  const bytes = new TextEncoder();
  const parts = output.flatMap((part) => (part.type === 'chunk' ? [part] : []));
  const own = new Set(parts.map(({ fileName }) => fileName));
  const foreign = parts
    .flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports])
    .filter(
      (name) => name !== 'rolldown' && !own.has(name) && !name.startsWith('node:') && !builtinModules.includes(name),
    );
  if (foreign.length > 0) throw new Error(`the dashboard would need ${[...new Set(foreign)].join(', ')}`);
  const page = await bundlePage(root);
  return new Map([
    ...parts.map(({ fileName, code }) => [fileName, bytes.encode(code)] as const),
    ['page.js', bytes.encode(page.script)],
    ['page.css', bytes.encode(page.style)],
  ]);
}
