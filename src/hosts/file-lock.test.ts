import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { Fault } from '../base/fault.ts';
import { takeFileLock, tryFileLock } from './file-lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'file-lock-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('a file lock', () => {
  test('is held by one at a time, in any order, also when its file is removed and made again', async () => {
    const path = join(folder, 'deep', 'one');
    let inside = 0;
    let most = 0;
    const work = async (index: number) => {
      const lock = await takeFileLock(path);
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 10));
      inside -= 1;
      await (index % 2 === 0 ? lock.release() : lock.remove());
    };
    await Promise.all([0, 1, 2, 3, 4, 5].map(work));
    expect(most).toBe(1);
  });

  test('is found behind a symbolic link', async () => {
    const real = join(folder, 'real');
    mkdirSync(real);
    symlinkSync(real, join(folder, 'link'));
    const lock = await takeFileLock(join(folder, 'link', 'one'));
    expect(await tryFileLock(join(real, 'one'))).toBeUndefined();
    await lock.release();
  });

  test('tells once that it waits, and stops waiting on a signal', async () => {
    const path = join(folder, 'two');
    const lock = await takeFileLock(path);
    let told = 0;
    const stop = new AbortController();
    const waiting = takeFileLock(path, {
      signal: stop.signal,
      onWait: () => {
        told += 1;
        setTimeout(() => stop.abort(), 250);
      },
    });
    const refusal: unknown = await waiting.catch((error: unknown) => error);
    expect(refusal instanceof Fault && refusal.code).toBe('interrupted');
    expect(told).toBe(1);
    await lock.remove();
    expect(existsSync(path)).toBe(false);
    await lock.release();
  });

  test('is not waited for by who only tries', async () => {
    const path = join(folder, 'tried');
    const first = await tryFileLock(path);
    expect(first).toBeDefined();
    expect(await tryFileLock(path)).toBeUndefined();
    await first?.release();
    const second = await tryFileLock(path);
    expect(second).toBeDefined();
    await second?.remove();
  });

  test('ends with a holder that was killed', async () => {
    const path = join(folder, 'three');
    const module = fileURLToPath(new URL('file-lock.ts', import.meta.url));
    const node = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));
    const script = `const { takeFileLock } = await import(${JSON.stringify(module)});
      await takeFileLock(${JSON.stringify(path)}); console.log('held'); setInterval(() => undefined, 1000);`;
    const holder = spawn(node, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(holder.stdout, 'data');
    let waited = false;
    const taking = takeFileLock(path, { onWait: () => (waited = true) });
    await vi.waitFor(() => expect(waited).toBe(true), 20_000);
    holder.kill('SIGKILL');
    const lock = await taking;
    await lock.release();
  });
});
