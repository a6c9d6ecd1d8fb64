// Bundles src/ into dist/: Node.js refuses to strip types below node_modules, where the packed package lives.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { bundleAgent } from '../src/cli/bundle-agent.ts';
import { bundlePage } from '../src/cli/bundle-page.ts';
import { bundleServe } from '../src/cli/serve-program.ts';

const root = resolve(import.meta.dirname, '..');
await rm(resolve(root, 'dist'), { recursive: true, force: true });
/** Bundles one program; what several entries share is a file of its own, so one that must stand alone is bundled alone. */
async function bundle(name: string, source: string): Promise<number> {
  const bundle = await rolldown({
    input: { [name]: resolve(root, source) },
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
  return output.length;
}

const counts = [
  await bundle('main', 'src/cli/main.ts'),
  // Programs of their own: src/drill/program-file.ts finds them. The target is one file that is copied to a machine.
  await bundle('drill-probe', 'src/drill/probe-main.ts'),
  await bundle('drill-target', 'src/drill/target-main.ts'),
];
// What balancers and nameservers get: src/cli/agent-delivery.ts finds it.
await writeFile(resolve(root, 'dist', 'agent.mjs'), await bundleAgent(root));
// What a host gets that a dashboard is installed on: src/cli/serve-program.ts finds it.
await mkdir(resolve(root, 'dist', 'serve'));
for (const [name, bytes] of await bundleServe(root)) {
  await writeFile(resolve(root, 'dist', 'serve', name), bytes);
}
// The dashboard's page: src/cli/page-delivery.ts finds it.
const page = await bundlePage(root);
await writeFile(resolve(root, 'dist', 'page.js'), page.script);
await writeFile(resolve(root, 'dist', 'page.css'), page.style);
console.log(`dist: ${counts.reduce((sum, count) => sum + count, 3)} files`);
