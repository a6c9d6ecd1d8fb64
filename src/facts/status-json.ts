/** Reads text as JSON; undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The value under `key` when `value` is an object that has it. */
export function memberOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([name]) => name === key)?.[1];
}

/** The text under `key`; empty when there is none. */
export function textOf(value: unknown, key: string): string {
  const member = memberOf(value, key);
  return typeof member === 'string' ? member : '';
}

/** The number under `key`; 0 when there is none. */
export function numberOf(value: unknown, key: string): number {
  const member = memberOf(value, key);
  return typeof member === 'number' ? member : 0;
}

/** The list under `key`, or `value` itself when no key is given; empty when it is no list. */
export function listOf(value: unknown, key?: string): readonly unknown[] {
  const member = key === undefined ? value : memberOf(value, key);
  return Array.isArray(member) ? member : [];
}
