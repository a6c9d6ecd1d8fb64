import { renameSync, writeFileSync } from 'node:fs';

/**
 * Replaces a file whole: written beside it, then renamed, so that whoever reads it never finds it empty or half. Small files only: it waits
 * for the write, and does not wait for the disk. Throws the system's error.
 */
export function replaceFile(path: string, text: string): void {
  const fresh = `${path}.agent`;
  writeFileSync(fresh, text);
  renameSync(fresh, path);
}
