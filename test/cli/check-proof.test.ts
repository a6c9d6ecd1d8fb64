import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { evenkeel } from '../kit/cli.ts';
import { exampleFile } from '../kit/example-model.ts';

const file = exampleFile('devops.com');

test('the README shows what check promises (node tools/write-generated.ts)', async () => {
  const run = await evenkeel('check', '-f', file);
  const promises = run.stdout.slice(run.stdout.indexOf('Proof: ')).trimEnd();
  expect(promises).toContain('nginx-dead');
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  expect(readme).toContain(`\n\`\`\`\n${promises}\n\`\`\`\n`);
});

test('check --full has every fault and every pair in a row of its own', async () => {
  const run = await evenkeel('check', '-f', file, '--full');
  expect(run.exitCode).toBe(0);
  expect(run.stdout).toMatch(/^ {2}nginx-dead +lb2 +/m);
  expect(run.stdout).toMatch(/ nobody +nginx-dead:lb1\+balancer-off:lb2$/m);
});

test('check --json has the proof', async () => {
  const run = await evenkeel('check', '-f', file, '--json');
  expect(run.exitCode).toBe(0);
  const document: unknown = JSON.parse(run.stdout);
  expect(document).toMatchObject({
    version: 1,
    ok: true,
    diagnostics: [],
    proof: {
      refusals: [],
      singles: expect.arrayContaining([expect.objectContaining({ name: 'balancer-off:lb1', served: 'everybody' })]),
      acceptedRisks: expect.arrayContaining(['nameserver-off:dns1+nameserver-off:dns2']),
    },
  });
});
