// Bundles something of this clone and prints it as JSON: node bundle-child.ts agent|page (src/cli/bundle-apart.ts).
import { join } from 'node:path';
import { bundleAgent } from './bundle-agent.ts';
import { bundlePage } from './bundle-page.ts';

const root = join(import.meta.dirname, '..', '..');
process.stdout.write(JSON.stringify(process.argv[2] === 'page' ? await bundlePage(root) : await bundleAgent(root)));
