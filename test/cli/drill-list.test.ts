import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { singleEvents } from '../../src/proof/fault.ts';
import { evenkeel } from '../kit/cli.ts';
import { exampleFile, exampleModel } from '../kit/example-model.ts';

const words = ['drill', 'list', '-f', exampleFile('devops.com'), '--suffix', `none-${process.pid}`] as const;
let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'evenkeel-list-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

test('drill list names every fault with its promise, and says once that the lab does not run', async () => {
  const run = await evenkeel(...words);
  expect(run.exitCode, run.stderr).toBe(0);
  expect(run.stdout).toMatch(/^ {2}nginx-dead:lb1 +all NGINX processes of lb1 are killed +\d+ ms +no$/m);
  expect(run.stdout).toMatch(/^ {2}pool-dead:web .* repair +no$/m);
  expect(run.stdout.match(/is not running/g)).toHaveLength(1);
});

test('drill list --json has them all, and those of a file', async () => {
  const file = join(directory, 'faults.yaml');
  const steps = ['cause: [{ host: lb1, does: power-off }]', 'heal: [{ host: lb1, does: power-on }]'];
  const fault = ['name: mine', 'title: mine', ...steps, 'expect: { gap: 700ms }'];
  await writeFile(file, `version: 1\nfaults:\n  - ${fault.join('\n    ')}\n`);
  const run = await evenkeel(...words, '--faults', file, '--json');
  const document: unknown = JSON.parse(run.stdout);
  expect(document).toMatchObject({ version: 1, place: 'lab' });
  const { faults } = JSON.parse(run.stdout);
  expect(faults).toHaveLength(singleEvents(exampleModel()).length + 1);
  expect(faults.at(-1)).toMatchObject({ name: 'mine', promiseMs: 700, possible: false });
});

test('a wrong file of faults is shown with place and fix; one that is not there is no bug', async () => {
  const file = join(directory, 'faults.yaml');
  await writeFile(file, 'version: 1\nfaults:\n  - { nam: mine }\n');
  const wrong = await evenkeel(...words, '--faults', file);
  expect(wrong.exitCode).toBe(2);
  expect(wrong.stderr).toContain('faults.yaml:3:7: error EK201: unknown key `nam`');
  const missing = await evenkeel(...words, '--faults', join(directory, 'none.yaml'));
  expect(missing.exitCode).toBe(1);
  expect(missing.stderr).toContain("can't be read");
});
