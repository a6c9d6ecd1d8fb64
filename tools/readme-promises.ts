import { readFileSync } from 'node:fs';
import { formatDuration } from '../src/base/duration.ts';
import type { Model } from '../src/model/model.ts';
import { resolveModel } from '../src/model/resolve-model.ts';
import type { ModelFault } from '../src/proof/fault.ts';
import { promisedMs } from '../src/proof/outage.ts';
import { prove, proveFaults } from '../src/proof/prove.ts';
import { printProof } from '../src/report/print-proof.ts';
import { plainStyle } from '../src/report/text-style.ts';
import { readEdgeFile } from '../src/spec/read-edge-file.ts';

/** In README.md, the block of code after this line is what `check` promises of the example. */
const marker = '<!-- node tools/write-generated.ts: what check promises of examples/devops.com -->\n\n```\n';

/** After this line, up to an empty one, is a table of what each profile promises. */
const profileMarker = '<!-- node tools/write-generated.ts: what each profile promises of examples/devops.com -->\n\n';

/** README.md with the promises as the program computes them now. Throws when it has no place for them. */
export function withPromises(readme: string): string {
  const withProof = replaced(readme, { after: marker, until: '\n```', text: examplePromises() });
  return replaced(withProof, { after: profileMarker, until: '\n\n', text: profileTable() });
}

function replaced(
  readme: string,
  { after, until, text }: { readonly after: string; readonly until: string; readonly text: string },
): string {
  const start = readme.indexOf(after);
  const end = readme.indexOf(until, start + after.length);
  if (start < 0 || end < 0) throw new Error(`README.md has no place after ${after}`);
  return `${readme.slice(0, start + after.length)}${text}${readme.slice(end)}`;
}

function examplePromises(): string {
  return printProof(prove(exampleModel(undefined)), plainStyle).trimEnd();
}

function exampleModel(failover: string | undefined): Model {
  const file = 'examples/devops.com/edge.yaml';
  const written = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
  const text = failover === undefined ? written : `failover: ${failover}\n${written.replace(/^failover:.*$/m, '')}`;
  const document = readEdgeFile({ file, text });
  const resolved = document.ok ? resolveModel(document.value) : document;
  if (!resolved.ok) throw new Error(`${file} is refused`);
  return resolved.value.model;
}

function profileTable(): string {
  const faults: readonly ModelFault[] = [
    { kind: 'nginx-dead', balancer: 'lb1' },
    { kind: 'nginx-hung', balancer: 'lb1' },
    { kind: 'balancer-off', balancer: 'lb1' },
  ];
  const rows = (['safe', 'normal', 'fast'] as const).map((profile) => {
    const model = exampleModel(profile);
    const promised = faults.map((fault) => formatDuration(promisedMs(proveFaults(model, [fault]).outage) ?? 0));
    return `| \`${profile}\` | ${formatDuration(model.advertMs)} | ${formatDuration(advertsMissedMs(model))} | ${promised.join(' | ')} |`;
  });
  return [
    '| profile | adverts every | silence that moves VIPs | NGINX dies | NGINX hangs | a balancer loses power |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

/** Adverts that must be missed before a backup takes over, but for the skew of its priority (RFC 9568, 6.1). Milliseconds. */
function advertsMissedMs(model: Model): number {
  return 3 * model.advertMs;
}
