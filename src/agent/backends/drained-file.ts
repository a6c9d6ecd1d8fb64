import { readFileSync } from 'node:fs';
import { isObject, parseJson } from '../../facts/fields.ts';
import { replaceFile } from '../replace-file.ts';

/** Backends that a person drains (`web1:80`, or `web1` for all its ports). None when the file is missing or can't be read. */
export function readDrained(path: string): ReadonlySet<string> {
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return new Set();
  }
  const value = parseJson(text);
  const drained: unknown = isObject(value) ? value['drained'] : undefined;
  return new Set(Array.isArray(drained) ? drained.filter((one) => typeof one === 'string') : []);
}

/** Keeps them. Throws the system's error. */
export function writeDrained(path: string, drained: ReadonlySet<string>): void {
  replaceFile(path, `${JSON.stringify({ drained: [...drained].sort() })}\n`);
}
