import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { assertNoDrill, openJournal } from '../../src/drill/journal.ts';
import { evenkeel } from '../kit/cli.ts';
import { exampleFile } from '../kit/example-model.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'evenkeel-drills-'));
  await copyFile(exampleFile('devops.com'), join(directory, 'edge.yaml'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const real = { kind: 'real' } as const;

test('apply changes nothing while a drill runs, and asks no host', async () => {
  const state = join(directory, '.evenkeel/devops');
  const journal = await openJournal(state, real);
  const refused = await evenkeel('apply', '--yes', '-f', join(directory, 'edge.yaml'));
  expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
  expect(refused.stderr).toContain('error: a drill runs on the hosts of this edge');
  expect(refused.stderr).toContain('nothing was changed');
  // One in a lab is none on the hosts.
  await assertNoDrill(state, { kind: 'lab', lab: 'devops-x' });
  await journal.close();
  await assertNoDrill(state, real);
});
