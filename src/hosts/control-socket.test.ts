import { chmod, chown, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newControlPath, socketDirectory } from './control-socket.ts';

let parent = '';
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'ek-'));
});
afterEach(() => rm(parent, { recursive: true, force: true }));

describe('the directory of sockets', () => {
  test('is made for us alone, and each socket has a name of its own', async () => {
    const directory = join(parent, 'sockets');
    const first = await newControlPath(directory, 'lb1');
    expect(first.startsWith(`${directory}/`)).toBe(true);
    expect(await newControlPath(directory, 'lb1')).not.toBe(first);
  });

  test('is a short one in the temporary directory when a socket would not fit', () => {
    expect(socketDirectory(`/${'long/'.repeat(40)}`).length).toBeLessThan(74);
  });

  test.each([
    ['others can enter it', (path: string) => mkdir(path).then(() => chmod(path, 0o755)), 'chmod 700'],
    ['others can write to it', (path: string) => mkdir(path).then(() => chmod(path, 0o777)), 'chmod 700'],
    ['it is a file', (path: string) => writeFile(path, ''), 'remove'],
    ['it is a link to one of ours', (path: string) => symlink(parent, path), 'remove'],
  ] as const)('is refused when %s', async (_why, make, next) => {
    const directory = join(parent, 'sockets');
    await make(directory);
    await expect(newControlPath(directory, 'lb1')).rejects.toMatchObject({
      details: { code: 'file-unreadable', next: expect.stringContaining(next) },
    });
  });

  test.skipIf(process.getuid?.() !== 0)('is refused when somebody else made it before us', async () => {
    const directory = join(parent, 'sockets');
    await mkdir(directory, { mode: 0o700 });
    await chown(directory, 65_534, 65_534);
    await expect(newControlPath(directory, 'lb1')).rejects.toMatchObject({
      details: { code: 'file-unreadable', next: `remove ${directory}` },
    });
  });
});
