import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isObject, numberAt, objectsOf, parseJson, textAt } from '../../facts/fields.ts';
import type { JsonObject } from '../../facts/fields.ts';
import { errorWords, isMissing } from '../../base/error-words.ts';
import { dampingWindowMs, keptFalls, unknownHealth } from './backend-health.ts';
import type { BackendHealth } from './backend-health.ts';

/** Raised when older files cannot be read any more; they are then passed over. */
const fileFormat = 1;

/**
 * Reads what was believed before, by `CheckTarget.key`. No file, a broken one or one of another format is an empty map, and `onBroken` is
 * told of the last two; never throws. `nowMs` is monotonic: falls are kept as ages, since that clock starts anew with each boot.
 */
export async function readHealthState(
  path: string,
  { nowMs, onBroken }: { readonly nowMs: number; readonly onBroken: (why: string) => void },
): Promise<ReadonlyMap<string, BackendHealth>> {
  try {
    const text = await readFile(path, 'utf8');
    if (backendsIn(text) === undefined) onBroken(`${path} is broken, or of another version`);
    return parseHealthState(text, nowMs);
  } catch (error) {
    if (!isMissing(error)) onBroken(errorWords(error));
    return new Map();
  }
}

/** Writes what is believed, whole or not at all: beside, to the disk, then in place. Rejects when the disk refuses. */
export async function writeHealthState(
  path: string,
  { healths, nowMs }: { readonly healths: ReadonlyMap<string, BackendHealth>; readonly nowMs: number },
): Promise<void> {
  const beside = `${path}.new`;
  const file = await open(beside, 'w', 0o640);
  try {
    await file.writeFile(printHealthState(healths, nowMs));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The text of the file. */
export function printHealthState(healths: ReadonlyMap<string, BackendHealth>, nowMs: number): string {
  const backends = [...healths].map(([key, { falls, ...health }]) => ({
    key,
    ...health,
    fallAges: falls.map((fallMs) => Math.round(nowMs - fallMs)),
  }));
  return `${JSON.stringify({ format: fileFormat, backends })}\n`;
}

/** Reads the text of the file; backends that make no sense are left out. */
export function parseHealthState(text: string, nowMs: number): ReadonlyMap<string, BackendHealth> {
  const healths = new Map<string, BackendHealth>();
  for (const one of backendsIn(text) ?? []) {
    const key = textAt(one, 'key');
    const health = healthOf(one, nowMs);
    if (key !== '' && health !== undefined) healths.set(key, health);
  }
  return healths;
}

/** What the file lists; undefined when it is none of this format. */
function backendsIn(text: string): readonly JsonObject[] | undefined {
  const file = parseJson(text);
  if (!isObject(file) || file['format'] !== fileFormat || !Array.isArray(file['backends'])) return undefined;
  return objectsOf(file['backends']);
}

function healthOf(one: JsonObject, nowMs: number): BackendHealth | undefined {
  const state = one['state'];
  if (state !== 'unknown' && state !== 'up' && state !== 'down') return undefined;
  const ages: readonly unknown[] = Array.isArray(one['fallAges']) ? one['fallAges'] : [];
  return {
    ...unknownHealth(numberAt(one, 'since')),
    state,
    // Answers in a row from before a pause are no row.
    lastError: textAt(one, 'lastError'),
    lastErrorAt: numberAt(one, 'lastErrorAt'),
    checks: numberAt(one, 'checks'),
    failures: numberAt(one, 'failures'),
    skipped: numberAt(one, 'skipped'),
    changes: numberAt(one, 'changes'),
    falls: ages
      .filter((age) => typeof age === 'number' && age >= 0 && age < dampingWindowMs)
      .map((age) => nowMs - Number(age))
      .slice(-keptFalls),
  };
}
