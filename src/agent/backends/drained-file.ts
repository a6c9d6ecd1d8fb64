import { readFileSync, renameSync } from 'node:fs';
import { isObject, parseJson, textsOf } from '../../facts/fields.ts';
import { errorWords, isMissing } from '../../base/error-words.ts';
import { replaceFile } from '../replace-file.ts';

/**
 * Backends that a person drains (`web1:80`, or `web1` for all its ports). None when the file is missing. One that can't be read, or is
 * broken, is said and drains nothing either; a broken one lies as `PATH.broken` afterwards, because a person may want to know
 * what it said. Never throws.
 */
export function readDrained(path: string, log: (line: string) => void): ReadonlySet<string> {
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (!isMissing(error)) log(`which backends are drained can't be read, so none is: ${errorWords(error)}`);
    return new Set();
  }
  const value = parseJson(text);
  if (isObject(value) && Array.isArray(value['drained'])) return new Set(textsOf(value['drained']));
  log(`${path} is broken, so no backend is drained; see ${path}.broken`);
  setAside(path, log);
  return new Set();
}

/** Keeps them. Throws the system's error. */
export function writeDrained(path: string, drained: ReadonlySet<string>): void {
  replaceFile(path, `${JSON.stringify({ drained: [...drained].sort() })}\n`);
}

function setAside(path: string, log: (line: string) => void): void {
  try {
    renameSync(path, `${path}.broken`);
  } catch (error) {
    log(`${path} can't be set aside: ${errorWords(error)}`);
  }
}
