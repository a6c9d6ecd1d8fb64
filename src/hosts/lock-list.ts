import { type FileHandle, open, readFile } from 'node:fs/promises';
import { errorWords, isMissing } from '../base/error-words.ts';
import { Fault } from '../base/fault.ts';

/**
 * Whether somebody holds the file lock on `path` for themselves (`FileLock`) now, by the kernel's list of locks. It takes nothing, so nobody
 * who takes it is refused meanwhile, and starts no process, so it can be asked each second. A holder in another PID namespace is
 * not on the list: who must be sure takes the lock. Throws a Fault `file-unreadable`.
 */
export async function isLocked(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'r').catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    if (file === undefined) return false;
    try {
      const [wanted, locks] = await Promise.all([fileOfList(file), readFile('/proc/locks', 'utf8')]);
      return locks.split('\n').some((line) => wanted.test(line));
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new Fault(
      {
        code: 'file-unreadable',
        message: `it can't be seen on this computer who holds the lock ${path}`,
        said: errorWords(error),
        state: 'nothing was changed',
        next: `see who may read it: ls -l ${path} /proc/locks`,
      },
      error,
    );
  }
}

/**
 * A line of proc_locks(5) in which this file is held by one alone: `7: FLOCK  ADVISORY  WRITE 14352 fe:00:2147243 0 EOF`; one who waits
 * has `->`. Its device is that of the mounted file system, which stat(2) does not tell on btrfs and overlays: it stands in proc_pid_mountinfo(5).
 */
async function fileOfList(file: FileHandle): Promise<RegExp> {
  const [{ ino }, info, mounts] = await Promise.all([
    file.stat({ bigint: true }),
    readFile(`/proc/self/fdinfo/${file.fd}`, 'utf8'),
    readFile('/proc/self/mountinfo', 'utf8'),
  ]);
  // Linux before 5.14 tells no inode there.
  const inode = /^ino:\s*(\d+)$/m.exec(info)?.[1] ?? ino;
  const mount = /^mnt_id:\s*(\d+)$/m.exec(info)?.[1] ?? '';
  const [, major, minor] = new RegExp(`^${mount} \\d+ (\\d+):(\\d+) `, 'm').exec(mounts) ?? [];
  // A mount that was taken off meanwhile is not listed: then the inode must do.
  const device = major === undefined || minor === undefined ? '\\w+:\\w+' : `${hex(major)}:${hex(minor)}`;
  return new RegExp(`^\\d+: FLOCK +ADVISORY +WRITE +-?\\d+ ${device}:${inode} `);
}

function hex(decimal: string): string {
  return Number(decimal).toString(16).padStart(2, '0');
}
