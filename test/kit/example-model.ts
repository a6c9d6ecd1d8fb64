import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Model } from '../../src/model/model.ts';
import { resolveModel } from '../../src/model/resolve-model.ts';
import { readEdgeFile } from '../../src/spec/read-edge-file.ts';

/** The model of examples/devops.com: two of everything, two VIPs, one site. */
export function exampleModel(): Model {
  return modelOf(exampleFile('devops.com'));
}

/** The model of examples/dual-stack: three balancers and VIPs with IPv6, several sites and algorithms. */
export function dualStackModel(): Model {
  return modelOf(exampleFile('dual-stack'));
}

/** The example with so many sites in place of its own: `s1.devops.com`, `s2.devops.com`, ..., each with a name in the zone. */
export function modelOfSites(count: number): Model {
  const model = exampleModel();
  const sites = model.sites.slice(0, 1).flatMap((site) =>
    Array.from({ length: count }, (_, index) => {
      const name = `s${index + 1}.devops.com`;
      return { ...site, name, names: [name] as const };
    }),
  );
  const siteNames = sites.map(({ name, vips }) => ({ name: name.slice(0, name.indexOf('.')), vips }));
  return { ...model, sites, zones: model.zones.map((zone) => ({ ...zone, siteNames })) };
}

/** The path of an example's edge file. */
export function exampleFile(name: 'devops.com' | 'dual-stack'): string {
  return fileURLToPath(new URL(`../../examples/${name}/edge.yaml`, import.meta.url));
}

/** The model of an edge file's text; throws with all diagnostics when it is refused. */
export function modelOfText(text: string): Model {
  const document = readEdgeFile({ file: 'edge.yaml', text });
  const resolved = document.ok ? resolveModel(document.value) : document;
  if (resolved.ok) return resolved.value.model;
  throw new Error(
    resolved.error.map(({ code, position, message }) => `${code} line ${position.line}: ${message}`).join('\n'),
  );
}

function modelOf(file: string): Model {
  return modelOfText(readFileSync(file, 'utf8'));
}
