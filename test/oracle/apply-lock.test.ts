import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { lockLifetime, lockScript, unlockScript } from '../../src/apply/remote-scripts.ts';

/** Runs lines of shell with the real scripts on a /run of their own; `take` and `give` are the two scripts. */
function onEmptyRun(lines: string): readonly string[] {
  const text = `
mount -t tmpfs tmpfs /run
lock=$1
unlock=$2
take() { sh -c "$lock" sh "$@"; echo "take $1: $?"; }
give() { sh -c "$unlock" sh "$@"; echo "give $1: $?"; }
${lines}`;
  const argv = ['--mount', 'sh', '-c', text, 'sh', lockScript, unlockScript];
  return execFileSync('unshare', argv, { encoding: 'utf8' }).trim().split('\n');
}

test('one holder at a time; the other is told who and since when; given back it is free', () => {
  const said = onEmptyRun(`
take one '{"user":"ada"}' ${lockLifetime} ''
take two '{"user":"bob"}' ${lockLifetime} ''
give two
take one '{"user":"ada"}' ${lockLifetime} ''
give one
take two '{"user":"bob"}' ${lockLifetime} ''
`);
  expect(said).toEqual([
    'take one: 0',
    expect.stringMatching(/^[01]$/),
    'one',
    '{"user":"ada"}',
    'take two: 75',
    'give two: 0',
    'take one: 0',
    'give one: 0',
    'take two: 0',
  ]);
});

test('a holder that is known to be dead, or gave no sign of life for too long, is replaced', () => {
  const said = onEmptyRun(`
take one '{}' ${lockLifetime} ''
take two '{}' ${lockLifetime} one
take three '{}' 0 ''
give nobody
rm -rf /run/evenkeel
give three
`);
  expect(said).toEqual(['take one: 0', 'take two: 0', 'take three: 0', 'give nobody: 0', 'give three: 0']);
});

test('of twenty that try at the same time exactly one gets it', () => {
  const said = onEmptyRun(`
for n in $(seq 20); do (sh -c "$lock" sh "t$n" '{}' ${lockLifetime} '' >/dev/null; echo "$?") & done
wait
`);
  expect(said.toSorted()).toEqual(['0', ...Array.from({ length: 19 }, () => '75')]);
});
