import { rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Emit } from '../base/event.ts';
import { endConnections } from '../hosts/control-socket.ts';
import { type FileLock, takeFileLock } from '../hosts/file-lock.ts';
import { destroyCgroup, labCgroups, removeCgroupPlace } from './cgroup.ts';
import { restoreKernelLimits } from './kernel-limits.ts';
import { labPaths, labsFolder } from './lab-paths.ts';
import { killLabProcesses, labProcesses } from './lab-processes.ts';
import { labNamespaces, removeNamespaces } from './network.ts';
import { assertRoot } from './root.ts';
import { labFolders } from './state.ts';

/**
 * Removes everything a lab put on this computer: processes, namespaces with their links, cgroups, files. It needs no record
 * of the lab: all is found by name, so it also cleans up after a program that was killed at any point. A lab that is not
 * there is no error. Mounts need no care, since each machine's vanish with its processes. Throws `not-root`.
 */
export async function labDown(lab: string, emit: Emit): Promise<void> {
  assertRoot('stop the lab');
  const task = `lab-down-${lab}`;
  const started = performance.now();
  emit({ code: 'task-started', level: 'info', data: { task, title: `stopping the lab ${lab}` } });
  const lock = await takeFileLock(labPaths(lab).lock, {
    onWait: () => {
      const note = 'waiting for another evenkeel that works on this lab';
      emit({ code: 'task-progress', level: 'progress', data: { task, note } });
    },
  });
  try {
    await removeLab(lab);
  } finally {
    await removeLabLock(lock);
  }
  emit({ code: 'task-done', level: 'info', data: { task, note: 'nothing is left', ms: performance.now() - started } });
}

/** Removes all of a lab. The caller holds its lock. */
export async function removeLab(lab: string): Promise<void> {
  await endConnections(labPaths(lab).controlDirectory);
  // Machines first: their processes must not see their network go.
  await Promise.all((await labCgroups(lab)).map(destroyCgroup));
  await killLabProcesses(lab);
  // A machine that was just starting may have made its cgroup after the first look.
  await Promise.all((await labCgroups(lab)).map(destroyCgroup));
  await removeNamespaces(lab);
  await removeCgroupPlace();
  await rm(labPaths(lab).folder, { recursive: true, force: true });
}

/** Gives up the lock of a lab that is gone, and removes the folders that held labs if it was the last. */
export async function removeLabLock(lock: FileLock): Promise<void> {
  await restoreKernelLimits();
  await lock.remove();
  // Fails unless they are empty.
  await rmdir(labsFolder()).catch(() => undefined);
  await rmdir(dirname(labsFolder())).catch(() => undefined);
}

/** Whether anything of a lab is on this computer. */
export async function labLeftovers(lab: string): Promise<boolean> {
  if ((await labFolders()).includes(lab)) return true;
  if ((await labNamespaces(lab)).length > 0 || (await labCgroups(lab)).length > 0) return true;
  return (await labProcesses(lab)).length > 0;
}
