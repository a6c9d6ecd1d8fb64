/**
 * Whether two values of JSON are the same: as their texts would be, but for the order of keys, and without making texts of thousands of
 * rows each second. A key that is undefined is one that is not there.
 */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) return sameList(a, b);
  return isRecord(a) && isRecord(b) && covers(a, b) && covers(b, a);
}

/** Apart, as its closure would cost each call an object, which of thousands of rows with ten values each is a megabyte with each look. */
function sameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, index) => sameValue(value, b[index]));
}

/** Whether everything in `b` is in `a` as well. */
function covers(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  for (const key in b) {
    if (Object.hasOwn(b, key) && !sameValue(Object.hasOwn(a, key) ? a[key] : undefined, b[key])) return false;
  }
  return true;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
