import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { referenceModel } from '../../src/model/reference-model.ts';
import type { Model } from '../../src/model/model.ts';
import type { DesiredFile, DesiredHost } from '../../src/render/desired-file.ts';
import { renderEdge } from '../../src/render/render-edge.ts';
import { dualStackModel, exampleModel } from '../kit/example-model.ts';
import { releases } from '../../src/base/release.ts';
import { renderInputOf } from '../kit/render-input.ts';

// The trees are test/golden/EXAMPLE/RELEASE/HOST/absolute/path, and HOST/HOST for modes and reasons. After a change that is meant:
//   UPDATE_GOLDEN=1 npx vitest run test/golden/golden.test.ts, and read the diff.
// Goldens say what changed; test/oracle says whether the daemons take it.
const mayUpdate = process.env['UPDATE_GOLDEN'] === '1';

const examples: readonly (readonly [string, () => Model])[] = [
  ['devops.com', exampleModel],
  ['dual-stack', dualStackModel],
  ['devops.com-reference', () => referenceModel(exampleModel())],
];

describe.each(examples)('%s', (example, readModel) => {
  it.each(releases)('renders on %s what is in the golden tree', (release) => {
    const folder = join(import.meta.dirname, example, release);
    const rendered = new Map(
      renderEdge(renderInputOf(readModel(), release)).flatMap((host) => [
        [`${host.host}/HOST`, describeHost(host)] as const,
        ...host.files.map((file) => [file.host + file.path, contentOf(file)] as const),
      ]),
    );
    if (mayUpdate) writeTree(folder, rendered);
    expect(readTree(folder)).toEqual(Object.fromEntries(rendered));
  });
});

/** What a host has beside the content of its files. */
function describeHost(host: DesiredHost): string {
  const files = host.files.map(
    (file) => `${file.mode.toString(8).padStart(4, '0')} ${file.owner} ${file.path} -> ${file.activates}: ${file.why}`,
  );
  return [
    `packages: ${host.packages.join(' ')}`,
    `units: ${host.units.join(' ')}`,
    ...host.programs.map((program) => `program: ${program.path}: ${program.why}`),
    '',
    ...files,
    '',
  ].join('\n');
}

/** A secret's bytes are no part of the tree. */
function contentOf(file: DesiredFile): string {
  return file.visibility === 'secret' ? `(secret, ${file.bytes.length} bytes)\n` : new TextDecoder().decode(file.bytes);
}

function readTree(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path));
  return Object.fromEntries(
    paths.filter((path) => statSync(path).isFile()).map((path) => [relative(folder, path), readFileSync(path, 'utf8')]),
  );
}

function writeTree(folder: string, files: ReadonlyMap<string, string>): void {
  rmSync(folder, { recursive: true, force: true });
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
