import type { Action, FileChange } from './plan.ts';

/** A unit of ours, not a drop-in of somebody else's. */
const unitPath = /^\/etc\/systemd\/system\/([^/]+\.(?:service|socket|timer|path))$/;

/**
 * Stops and disables the units whose files go. Before their files do: without them a stop runs no `ExecStop=`, and
 * `systemctl disable` finds nothing to disable and leaves its links behind.
 */
export function retirement(files: readonly FileChange[]): readonly Action[] {
  return retired(files).flatMap((unit): readonly Action[] => [
    { kind: 'stop', unit },
    { kind: 'disable', units: [unit] },
  ]);
}

/** The way back, once the files are there again and systemd has read them. */
export function unretirement(files: readonly FileChange[]): readonly Action[] {
  return retired(files).flatMap((unit): readonly Action[] => [
    { kind: 'enable', units: [unit] },
    { kind: 'start', unit },
  ]);
}

function retired(files: readonly FileChange[]): readonly string[] {
  return files
    .filter((file) => file.verb === 'remove' && file.before !== undefined)
    .flatMap((file) => unitPath.exec(file.path)?.[1] ?? []);
}
