// Bundles src/ into dist/: Node.js refuses to strip types below node_modules, where the packed package lives.
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { rolldown } from 'rolldown';

const root = resolve(import.meta.dirname, '..');
await rm(resolve(root, 'dist'), { recursive: true, force: true });
const bundle = await rolldown({
  input: { main: resolve(root, 'src/cli/main.ts') },
  platform: 'node',
  // Dependencies are installed beside the package, from its package.json.
  external: (id) => !id.startsWith('.') && !id.startsWith('/'),
});
const { output } = await bundle.write({
  dir: resolve(root, 'dist'),
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: '[name]-[hash].js',
});
await bundle.close();
console.log(`dist: ${output.length} files`);
