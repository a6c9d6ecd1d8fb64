import { readFileSync } from 'node:fs';
import { replaceFile } from './replace-file.ts';

/**
 * What a verdict file says, without its line end; `0` for one that is missing or empty, as keepalived takes it
 * (trackers/track_file.c). These files lie on a tmpfs, so reading one waits for nothing.
 */
export function readVerdict(path: string): string {
  try {
    const text = readFileSync(path, 'utf8').trim();
    return text === '' ? '0' : text;
  } catch {
    return '0';
  }
}

/** Writes a verdict beside the file and renames it: keepalived must never see an empty one. Throws the system's error. */
export function writeVerdict(path: string, verdict: '0' | '1'): void {
  replaceFile(path, `${verdict}\n`);
}
