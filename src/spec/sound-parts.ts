import type * as z from 'zod';
import type { Path } from './edge-document.ts';
import { edgeSchema } from './edge-schema.ts';
import { isRecord, valueAt } from './schema-at.ts';
import type { Spec } from './spec.ts';

/** What is left of a file when all parts of the wrong shape are taken out. */
export interface SoundParts {
  readonly spec: Spec;
  /** What was taken out. */
  readonly leftOut: readonly Path[];
}

/** Stand-ins for what every file must have, so that the rest can be judged. */
const standIns: Readonly<Record<string, unknown>> = { version: 1, name: 'unnamed', networks: {}, hosts: {}, vips: {} };

/**
 * Takes out parts of the wrong shape until the rest has the right one, so that its meaning can be judged in the same
 * run. Never used to build anything. Undefined when the file is no map at all.
 */
export function soundParts(data: unknown): SoundParts | undefined {
  if (!isRecord(data)) return undefined;
  const rest: Record<string, unknown> = structuredClone({ ...data });
  const leftOut: Path[] = [];
  // Taking out a value may leave its map without a needed key; files are at most five levels deep.
  for (let round = 0; round < 8; round += 1) {
    const parsed = edgeSchema.safeParse(rest);
    if (parsed.success) return { spec: parsed.data, leftOut };
    for (const path of parsed.error.issues.flatMap((issue) => culprits(issue, rest))) {
      leftOut.push(path);
      takeOut(rest, path);
    }
  }
  return undefined;
}

function culprits(issue: z.core.$ZodIssue, data: unknown): readonly Path[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => [...path, key]);
  if (path.length > 1 && valueAt(data, path) === undefined) return [path.slice(0, -1)];
  return [path];
}

/** Removes the value at a path; a list goes as a whole, or what follows in it would change its place. */
function takeOut(data: Record<string, unknown>, path: Path): void {
  const index = path.findIndex((step) => typeof step === 'number');
  const whole = index === -1 ? path : path.slice(0, index);
  const key = whole.at(-1);
  if (key === undefined) return;
  const parent = valueAt(data, whole.slice(0, -1));
  if (!isRecord(parent)) return;
  Reflect.deleteProperty(parent, key);
  if (whole.length === 1 && Object.hasOwn(standIns, key)) data[key] = structuredClone(standIns[key]);
}
