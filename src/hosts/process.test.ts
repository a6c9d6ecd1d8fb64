import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { runLocal, runLocalBytes } from './process.ts';

describe('runLocal', () => {
  test('a non-zero exit is an answer, with both outputs apart', async () => {
    expect(await runLocal({ argv: ['sh', '-c', 'echo out; echo err >&2; exit 7'] })).toEqual({
      exitCode: 7,
      stdout: 'out\n',
      stderr: 'err\n',
    });
  });

  test.each([
    ['TERM', 143],
    ['KILL', 137],
    ['HUP', 129],
    ['SEGV', 139],
    ['USR1', 138],
  ])('death by SIG%s is exit code %i', async (signal, exitCode) => {
    expect((await runLocal({ argv: ['sh', '-c', `kill -${signal} $$`] })).exitCode).toBe(exitCode);
  });

  test('a missing program, and a missing directory, are tool-missing', async () => {
    await expect(runLocal({ argv: ['evenkeel-no-such-tool', 'x'] })).rejects.toMatchObject({
      details: { code: 'tool-missing', command: ['evenkeel-no-such-tool', 'x'] },
    });
    await expect(runLocal({ argv: ['true'], cwd: '/nonexistent' })).rejects.toMatchObject({
      details: { code: 'tool-missing', said: expect.stringContaining('/nonexistent') },
    });
  });

  test('words reach the program as they are, stdin and env too', async () => {
    const argv = ['sh', '-c', 'printf "<%s>" "$@"; cat; printf "%s" "$WORD"', 'sh', 'a b', '$HOME', '*', ''] as const;
    const { stdout } = await runLocal({ argv: [...argv], stdin: 'from stdin', env: { WORD: 'ü' } });
    expect(stdout).toBe('<a b><$HOME><*><>from stdinü');
  });

  test('stdin that the program does not read is no error', async () => {
    expect((await runLocal({ argv: ['true'], stdin: new Uint8Array(4_000_000) })).exitCode).toBe(0);
  });

  test('without stdin the program reads an empty one', async () => {
    expect((await runLocal({ argv: ['cat'], timeoutMs: 5_000 })).stdout).toBe('');
  });

  test('a timeout is a Fault even when a child of the program holds the pipes open', async () => {
    const started = performance.now();
    await expect(runLocal({ argv: ['sh', '-c', 'sleep 20; true'], timeoutMs: 100 })).rejects.toMatchObject({
      details: { code: 'command-timed-out', message: expect.stringContaining('100 ms') },
    });
    expect(performance.now() - started).toBeLessThan(8_000);
  });

  test('a program that ignores SIGTERM is killed', async () => {
    const command = { argv: ['sh', '-c', 'trap "" TERM; while :; do sleep 0.1; done'], timeoutMs: 200 } as const;
    await expect(runLocal({ ...command, argv: [...command.argv] })).rejects.toMatchObject({
      details: { code: 'command-timed-out' },
    });
  });

  test('a shielded program is killed with its children', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'evenkeel-process-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const pidFile = join(directory, 'pid');
    const argv = ['sh', '-c', 'sleep 60 & echo $! > "$1"; wait', 'sh', pidFile] as const;
    await expect(runLocal({ argv: [...argv], timeoutMs: 3_000, terminal: 'shielded' })).rejects.toMatchObject({
      details: { code: 'command-timed-out' },
    });
    const pid = Number(await readFile(pidFile, 'utf8'));
    await vi.waitFor(async () => expect(await isRunning(pid)).toBe(false), 5_000);
  });

  test('an abort is the Fault interrupted, also when it came before the start', async () => {
    const controller = new AbortController();
    const running = runLocal({ argv: ['sleep', '30'], signal: controller.signal });
    controller.abort();
    await expect(running).rejects.toMatchObject({ details: { code: 'interrupted' } });
    await expect(runLocal({ argv: ['true'], signal: AbortSignal.abort() })).rejects.toMatchObject({
      details: { code: 'interrupted' },
    });
  });

  test('lines are reported whole, in order, with a last one that has no line end', async () => {
    const lines: string[] = [];
    // The two bytes of "ü" come in two writes.
    const script = "printf 'one\\ntw'; printf '\\303'; sleep 0.1; printf '\\274o\\nlast'";
    await runLocal({ argv: ['sh', '-c', script], onLine: (line) => lines.push(line) });
    expect(lines).toEqual(['one', 'twüo', 'last']);
  });
});

describe('runLocalBytes', () => {
  test('stdout is not touched', async () => {
    const bytes = Uint8Array.from({ length: 1024 }, (_, index) => index % 256);
    const { stdout, end } = await runLocalBytes({ argv: ['cat'], stdin: bytes });
    expect(Buffer.from(stdout)).toEqual(Buffer.from(bytes));
    expect(end).toEqual({ kind: 'exited', exitCode: 0 });
  });

  test('a timeout keeps what was said before it', async () => {
    const argv = ['sh', '-c', 'echo begun; echo trouble >&2; exec sleep 30'] as const;
    const outcome = await runLocalBytes({ argv: [...argv], timeoutMs: 3_000 });
    expect(outcome.end).toEqual({ kind: 'timed-out' });
    expect(outcome.stderr).toBe('trouble\n');
  });
});

/** Whether a process runs. A zombie does not: nobody may be there to reap it in a container. */
async function isRunning(pid: number): Promise<boolean> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    return !/\) [ZX] /.test(stat);
  } catch {
    return false;
  }
}
