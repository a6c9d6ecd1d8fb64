import { describe, expect, test, vi } from 'vitest';
import { startLineProcess } from './line-process.ts';

describe('startLineProcess', () => {
  test('lines go in and come out while it runs, and it ends when its standard input does', async () => {
    const lines: string[] = [];
    const cat = await startLineProcess({ argv: ['cat'], onLine: (line) => lines.push(line) });
    cat.send('one');
    await vi.waitFor(() => expect(lines).toEqual(['one']), 10_000);
    cat.send('two');
    expect(await cat.end(10_000)).toEqual({ exitCode: 0, said: '' });
    expect(lines).toEqual(['one', 'two']);
    // Nobody reads any more.
    cat.send('three');
  });

  test('says how it ended, with the end of its standard error', async () => {
    const argv = ['sh', '-c', 'printf "%s" "$WORD" >&2; exit 7'] as const;
    const process = await startLineProcess({ argv: [...argv], env: { WORD: 'trouble' }, onLine: () => undefined });
    expect(await process.ended).toEqual({ exitCode: 7, said: 'trouble' });
    expect((await process.end(0)).exitCode).toBe(7);
  });

  test('a missing program is tool-missing', async () => {
    await expect(startLineProcess({ argv: ['evenkeel-no-such-tool'], onLine: () => undefined })).rejects.toMatchObject({
      details: { code: 'tool-missing', command: ['evenkeel-no-such-tool'] },
    });
  });

  test('one that does not end is killed with its children', async () => {
    const lines: string[] = [];
    const script = 'trap "" TERM; sleep 60 & echo begun; while :; do wait; done';
    const stubborn = await startLineProcess({ argv: ['sh', '-c', script], onLine: (line) => lines.push(line) });
    await vi.waitFor(() => expect(lines).toEqual(['begun']), 10_000);
    // `sleep` holds the pipe of standard output: `ended` proves that it is gone too.
    expect((await stubborn.end(50)).exitCode).toBe(137);
  });
});
