import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { evenkeelPath, runProgram } from '../kit/cli.ts';

const fixtures = fileURLToPath(new URL('../fixtures/keepalived/', import.meta.url));

/** Checks two files of test/fixtures/keepalived as lb1 and lb2. */
async function check(one: string, other: string, ...words: readonly string[]): ReturnType<typeof runProgram> {
  const files = ['--keepalived', `lb1=${one}.conf`, '--keepalived', `lb2=${other}.conf`];
  return runProgram([evenkeelPath, 'check', ...files, ...words], { cwd: fixtures });
}

test('a sound pair is proved and promised like an edge of ours', async () => {
  const run = await check('sound-lb1', 'sound-lb2');
  expect([run.exitCode, run.stderr]).toEqual([0, '']);
  await expect(run.stdout).toMatchFileSnapshot('snapshots/check-keepalived.txt');
});

test('one that tells neighbours after a partition is promised so, and advised nothing', async () => {
  const run = await check('garp-lb1', 'garp-lb2', '--json');
  expect(run.exitCode).toBe(0);
  const read = JSON.parse(run.stdout);
  expect(read.advice).toEqual([]);
  const apart = read.proof.singles.find(({ name }: { readonly name: string }) => name === 'partition:lb1=lb2');
  expect(apart.vips).toMatchObject([{ outage: { ms: 100 } }]);
});

test.each([
  ['weight-too-small-lb1', 'weight-too-small-lb2', 'weight-too-small', '149'],
  ['nopreempt-lb1', 'nopreempt-lb2', 'weight-with-nopreempt', 'stays BACKUP'],
  ['preempt-delay-lb1', 'preempt-delay-lb2', 'weight-with-preempt-delay', 'waits its preempt delay'],
  ['sound-lb1', 'equal-lb2', 'equal-priorities', 'priority 150'],
])('%s and %s are refused: %s', async (...[one, other, code, consequence]) => {
  const run = await check(one, other);
  expect(run.exitCode).toBe(2);
  await expect(run.stdout).toMatchFileSnapshot(`snapshots/check-keepalived-${code}.txt`);
  expect(run.stdout).toContain(`refused  ${code}`);
  expect(run.stdout).toContain(consequence);
});

test.each([
  ['sound-lb1', 'other-vrid-lb2', '10.0.0.10 has virtual_router_id 60 on lb1 and 61 on lb2'],
  ['weight-too-small-lb1', 'other-advert-lb2', 'VI_1 has advert_int 1s on lb1 and 5s on lb2'],
])('%s and %s do not hear each other, and that is said', async (one, other, words) => {
  const run = await check(one, other, '--json');
  expect(run.exitCode).toBe(2);
  expect(JSON.parse(run.stdout)).toMatchObject({ ok: false, mismatches: [expect.stringContaining(words)] });
  const text = await check(one, other);
  expect(text.exitCode).toBe(2);
  expect(text.stdout.replaceAll(/\s+/g, ' ')).toContain(`refused ${words}`);
});

test('what can not be read is said with file and line', async () => {
  const included = await check('include', 'sound-lb2');
  expect(included.exitCode).toBe(2);
  expect(included.stderr).toContain('include.conf: line 1: `include` is not followed');
  const alone = await runProgram([evenkeelPath, 'check', '--keepalived', 'lb1=sound-lb1.conf'], { cwd: fixtures });
  expect(alone.exitCode).toBe(2);
  expect(alone.stderr).toContain('one file alone');
  const badly = await runProgram([evenkeelPath, 'check', '--keepalived', 'sound-lb1.conf'], { cwd: fixtures });
  expect(badly.exitCode).toBe(2);
  expect(badly.stderr).toContain('lb1=/path/to/keepalived.conf');
});
