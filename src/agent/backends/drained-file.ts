import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isObject, parseJson } from '../../facts/fields.ts';

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

/** Writes them beside the file and renames it. Throws the system's error. */
export function writeDrained(path: string, drained: ReadonlySet<string>): void {
  writeFileSync(`${path}.agent`, `${JSON.stringify({ drained: [...drained].sort() })}\n`);
  renameSync(`${path}.agent`, path);
}
