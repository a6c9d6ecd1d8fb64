import { readFile, rm, writeFile } from 'node:fs/promises';
import { labsFolder } from './lab-paths.ts';
import { labFolders } from './state.ts';

/**
 * inotify(7) instances of one user. The kernel's 128 are shared by root of all machines and of this computer, and a machine
 * takes 6 to 8 of them: with more than about 15 machines, units would fail to start for no visible reason.
 */
const limitPath = '/proc/sys/fs/inotify/max_user_instances';
const wanted = 1024;

/** The value that the limit had before the first lab. */
function recordPath(): string {
  return `${labsFolder()}/.max_user_instances`;
}

/** Raises the limit for the time that labs are there. The caller's lab is already in the labs folder. */
export async function raiseKernelLimits(): Promise<void> {
  const before = (await readFile(limitPath, 'utf8')).trim();
  if (Number(before) >= wanted) return;
  // Written first, and never over an earlier one, so that a crash loses nothing.
  await writeFile(recordPath(), `${before}\n`, { flag: 'wx' }).catch(() => undefined);
  await writeFile(limitPath, String(wanted));
}

/** Puts the limit back when no lab is left. */
export async function restoreKernelLimits(): Promise<void> {
  if ((await labFolders()).length > 0) return;
  const before = await readFile(recordPath(), 'utf8').catch(() => undefined);
  if (before === undefined) return;
  if (/^\d+\n$/.test(before)) await writeFile(limitPath, before.trim());
  await rm(recordPath(), { force: true });
}
