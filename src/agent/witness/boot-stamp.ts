import { readFileSync } from 'node:fs';
import { replaceFile } from '../replace-file.ts';

/**
 * The boot that messages carry from now on: the wall clock's time, and always later than the last one that this host used. Receivers take no
 * message of an earlier boot, so without the file a host whose clock was set back would not be heard until the clock has come up again. A
 * file that can't be written is logged: this start is right, and the next one only as right as the clock.
 */
export function bootStamp(
  path: string,
  { nowMs, log }: { readonly nowMs: number; readonly log: (line: string) => void },
): number {
  const boot = Math.max(Math.floor(nowMs), lastBoot(path) + 1);
  try {
    replaceFile(path, `${boot}\n`);
  } catch (error) {
    log(`${path} can't be written, so a clock that is set back before the next start matters: ${String(error)}`);
  }
  return boot;
}

/** 0 when there is none, or none that a clock could have said. */
function lastBoot(path: string): number {
  try {
    const text = readFileSync(path, 'utf8').trim();
    return /^\d{1,14}$/.test(text) ? Number(text) : 0;
  } catch {
    return 0;
  }
}
