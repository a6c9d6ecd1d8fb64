import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { commandsPage } from '../src/cli/commands-page.ts';
import { metricsPage } from '../src/report/metrics-page.ts';
import { diagnosticsPage } from '../src/spec/diagnostics-page.ts';
import { edgeJsonSchema } from '../src/spec/json-schema.ts';
import { withPromises } from './readme-promises.ts';

// Files in the repository that are made from the code. A test fails when one of them is out of date.
write('edge.schema.json', `${JSON.stringify(edgeJsonSchema(), undefined, 2)}\n`);
write('docs/diagnostics.md', diagnosticsPage());
write('docs/commands.md', await commandsPage());
write('docs/metrics.md', metricsPage());
write('README.md', withPromises(readFileSync(new URL('../README.md', import.meta.url), 'utf8')));

function write(path: string, text: string): void {
  writeFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), text);
  console.log(`wrote ${path}`);
}
