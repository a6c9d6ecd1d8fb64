import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runLocalBytes } from './process.ts';
import { readRemoteOutcome, wrapCommand } from './remote-command.ts';

const token = 'evenkeel-0123456789abcdef';

/** Runs a wrapped command in a shell on this computer, as sshd does on the host. */
async function runWrapped(argv: readonly [string, ...string[]], before = '') {
  const line = wrapCommand({ argv, token, seconds: 20, through: 'nothing' });
  const { stdout, stderr } = await runLocalBytes({ argv: ['sh', '-c', `${before}${line}`], stdin: 'in' });
  const outcome = readRemoteOutcome({ token, stdout, stderr });
  return outcome.kind === 'ended' ? { ...outcome, stdout: Buffer.from(outcome.stdout).toString() } : outcome;
}

describe('a wrapped command', () => {
  test.each([0, 1, 124, 127, 137, 255])('exit code %i comes back', async (exitCode) => {
    expect(await runWrapped(['sh', '-c', `echo out; echo err >&2; exit ${exitCode}`])).toEqual({
      kind: 'ended',
      exitCode,
      stdout: 'out\n',
      stderr: 'err\n',
    });
  });

  test('a program that is not there is 127', async () => {
    expect(await runWrapped(['evenkeel-no-such-tool'])).toMatchObject({ kind: 'ended', exitCode: 127, stdout: '' });
  });

  test('what a chatty login shell prints first is left out', async () => {
    expect(await runWrapped(['cat'], 'echo Welcome; echo Mind the gap >&2; ')).toEqual({
      kind: 'ended',
      exitCode: 0,
      stdout: 'in',
      stderr: '',
    });
  });

  test('a command that prints the marks of its own wrapper does not confuse us', async () => {
    const outcome = await runWrapped(['sh', '-c', `echo ${token}; echo ${token} 5; printf '${token} 6' >&2; exit 3`]);
    expect(outcome).toEqual({
      kind: 'ended',
      exitCode: 3,
      stdout: `${token}\n${token} 5\n`,
      stderr: `${token} 6`,
    });
  });

  test('language, umask and the path of the system tools are set', async () => {
    const script = 'echo "$LC_ALL"; umask; case $PATH in */usr/sbin*) echo sbin;; esac';
    expect(await runWrapped(['sh', '-c', script], 'PATH=/bin:/usr/bin LC_ALL=tr_TR; umask 077; ')).toMatchObject({
      stdout: 'C\n0022\nsbin\n',
    });
  });

  test('words reach the command as they are', async () => {
    const words = fc.array(fc.string({ unit: 'grapheme' }).map((word) => word.replaceAll('\0', '')));
    await fc.assert(
      fc.asyncProperty(words, async (argv) => {
        const outcome = await runWrapped(['printf', '<%s>', ...argv]);
        expect(outcome).toMatchObject({ stdout: argv.length === 0 ? '<>' : argv.map((word) => `<${word}>`).join('') });
      }),
      { numRuns: 25 },
    );
  });

  test('through sudo, sudo gets the wrapper, not the shell', () => {
    expect(wrapCommand({ argv: ['id'], token, seconds: 5, through: 'sudo' })).toMatch(/^sudo -n -- sh -c '/);
  });

  test('a command that the kernel would not take is refused before it is sent', () => {
    expect(() => wrapCommand({ argv: ['echo', 'x'.repeat(140_000)], token, seconds: 5, through: 'nothing' })).toThrow(
      'give it its data on stdin',
    );
  });
});

describe('readRemoteOutcome', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);

  test('no mark: it was not started', () => {
    expect(readRemoteOutcome({ token, stdout: bytes('gone fishing\n'), stderr: 'sudo: no\n' })).toEqual({
      kind: 'not-started',
      said: 'gone fishing\n\nsudo: no',
    });
  });

  test('a mark at the beginning only: it was cut off', () => {
    const stdout = bytes(`${token}\nhalf`);
    expect(readRemoteOutcome({ token, stdout, stderr: `${token}\nclient_loop: send disconnect\n` })).toEqual({
      kind: 'cut-off',
      said: 'client_loop: send disconnect',
    });
    // The last mark itself may be cut.
    expect(readRemoteOutcome({ token, stdout, stderr: `${token}\n\n${token} 1` })).toMatchObject({ kind: 'cut-off' });
  });

  test('binary output is not touched', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (output) => {
        const stdout = Buffer.concat([bytes(`${token}\n`), output]);
        const outcome = readRemoteOutcome({ token, stdout, stderr: `${token}\n\n${token} 0\n` });
        expect(outcome.kind === 'ended' && Buffer.from(outcome.stdout).equals(output)).toBe(true);
      }),
    );
  });
});
