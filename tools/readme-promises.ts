import { readFileSync } from 'node:fs';
import { resolveModel } from '../src/model/resolve-model.ts';
import { prove } from '../src/proof/prove.ts';
import { printProof } from '../src/report/print-proof.ts';
import { plainStyle } from '../src/report/text-style.ts';
import { readEdgeFile } from '../src/spec/read-edge-file.ts';

/** In README.md, the block of code after this line is what `check` promises of the example. */
const marker = '<!-- node tools/write-generated.ts: what check promises of examples/devops.com -->\n\n```\n';

/** README.md with the promises as the program computes them now. Throws when it has no place for them. */
export function withPromises(readme: string): string {
  const start = readme.indexOf(marker);
  const end = readme.indexOf('\n```', start + marker.length);
  if (start < 0 || end < 0) throw new Error('README.md has no block for the promises of the example');
  return `${readme.slice(0, start + marker.length)}${examplePromises()}${readme.slice(end)}`;
}

function examplePromises(): string {
  const file = 'examples/devops.com/edge.yaml';
  const document = readEdgeFile({ file, text: readFileSync(new URL(`../${file}`, import.meta.url), 'utf8') });
  const resolved = document.ok ? resolveModel(document.value) : document;
  if (!resolved.ok) throw new Error(`${file} is refused`);
  return printProof(prove(resolved.value.model), plainStyle).trimEnd();
}
