import { readFileSync } from 'node:fs';
import { isObject, parseJson } from '../../facts/fields.ts';
import { replaceFile } from '../replace-file.ts';

/** No edge needs more, and the file stays small. */
const mostReturns = 32;

/**
 * When this balancer returned, as milliseconds since the epoch; outlives reboots, because a balancer that reboots again and
 * again flaps too. What lies in the future after a clock was set back does not count, nor what is older than `memoryMs`. A file
 * that can't be read has none.
 */
export function readReturns(
  path: string,
  { now, memoryMs }: { readonly now: number; readonly memoryMs: number },
): readonly number[] {
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  const value = parseJson(text);
  const returns: unknown = isObject(value) ? value['returns'] : undefined;
  if (!Array.isArray(returns)) return [];
  return returns.filter((one): one is number => typeof one === 'number' && one <= now && one > now - memoryMs);
}

/** Keeps the last of them. Throws the system's error. */
export function writeReturns(path: string, returns: readonly number[]): void {
  replaceFile(path, `${JSON.stringify({ returns: returns.slice(-mostReturns) })}\n`);
}
