import { access } from 'node:fs/promises';
import type { Emit } from '../base/event.ts';
import { Fault } from '../base/fault.ts';
import { type FileLock, tryFileLock } from '../hosts/file-lock.ts';
import { labDown } from '../lab/lab-down.ts';
import { labPaths } from '../lab/lab-paths.ts';

/**
 * Makes this `evenkeel start` the only one of its lab, so that the Ctrl-C of one never takes the lab away under another.
 * What an earlier one left that was killed is removed first. Throws `lab-already-running` when another one runs.
 */
export async function takeStartLock(lab: string, emit: Emit): Promise<FileLock> {
  const { startLock } = labPaths(lab);
  const left = await access(startLock).then(
    () => true,
    () => false,
  );
  const lock = await tryFileLock(startLock);
  if (lock === undefined) {
    throw new Fault({
      code: 'lab-already-running',
      message: `another evenkeel start shows the lab ${lab} already`,
      state: 'it was left alone',
      next: 'look at it with evenkeel status --lab, stop it with Ctrl-C there, or start a second lab with --suffix NAME',
    });
  }
  if (left) {
    const text = `an earlier start of the lab ${lab} was killed; removing what it left`;
    emit({ code: 'note', level: 'info', data: { text } });
    await labDown(lab, emit);
  }
  return lock;
}
