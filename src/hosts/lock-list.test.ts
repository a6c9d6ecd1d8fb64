import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { thrownFault } from '../../test/kit/thrown-fault.ts';
import { takeFileLock, tryFileLock, trySharedLock } from './file-lock.ts';
import { isLocked } from './lock-list.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-lock-list-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

describe('whether a lock is held', () => {
  test('is seen while one holds it, also through a symbolic link, and of its own file alone', async () => {
    const path = join(folder, 'one');
    writeFileSync(join(folder, 'other'), '');
    symlinkSync(path, join(folder, 'link'));
    expect(await isLocked(path)).toBe(false);
    const lock = await takeFileLock(path);
    expect(await isLocked(path)).toBe(true);
    expect(await isLocked(join(folder, 'link'))).toBe(true);
    expect(await isLocked(join(folder, 'other'))).toBe(false);
    await lock.release();
    expect(await isLocked(path)).toBe(false);
  });

  test.skipIf(process.getuid?.() !== 0)('is seen on an overlay (as root: it mounts one)', async () => {
    const [disk, merged] = [join(folder, 'disk'), join(folder, 'merged')];
    execFileSync('mkdir', [disk, merged]);
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', disk]);
    onTestFinished(() => void execFileSync('umount', ['--lazy', disk]));
    const parts = ['lower', 'upper', 'work'].map((name) => join(disk, name));
    execFileSync('mkdir', parts);
    const [lower, upper, work] = parts;
    execFileSync('mount', ['-t', 'overlay', '-o', `lowerdir=${lower},upperdir=${upper},workdir=${work}`, 'o', merged]);
    onTestFinished(() => void execFileSync('umount', ['--lazy', merged]));
    const path = join(merged, 'one');
    const lock = await takeFileLock(path);
    expect(await isLocked(path)).toBe(true);
    await lock.release();
    expect(await isLocked(path)).toBe(false);
  });

  test('is not so by those who share it, and they do not refuse each other', async () => {
    const path = join(folder, 'one');
    const shared = await Promise.all([1, 2, 3, 4].map(() => trySharedLock(path)));
    expect(shared.map((lock) => lock === undefined)).toEqual([false, false, false, false]);
    expect(await isLocked(path)).toBe(false);
    for (const lock of shared) await lock?.release();
    const lock = await tryFileLock(path);
    expect(await trySharedLock(path)).toBeUndefined();
    await lock?.release();
  });

  test('refuses nobody who takes it, however often it is asked', async () => {
    const path = join(folder, 'one');
    const seen = new Set<boolean>();
    const end = new AbortController();
    const asking = [1, 2, 3].map(async () => {
      while (!end.signal.aborted) seen.add(await isLocked(path));
    });
    for (let round = 0; round < 20; round += 1) {
      const lock = await tryFileLock(path);
      expect(lock).toBeDefined();
      await lock?.release();
    }
    end.abort();
    await Promise.all(asking);
    expect([...seen].toSorted()).toEqual([false, true]);
  });

  test('can not be seen of what is no file, and that is said', async () => {
    writeFileSync(join(folder, 'file'), '');
    expect(await thrownFault(isLocked(join(folder, 'file', 'one')))).toMatchObject({
      code: 'file-unreadable',
      message: expect.stringContaining('this computer'),
    });
  });
});
