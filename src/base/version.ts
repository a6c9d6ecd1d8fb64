/** Whether a version (`1.26.3`) is this one or a later one. Parts are compared as numbers; a missing part is 0. */
export function isAtLeast(version: string, wanted: string): boolean {
  const found = version.split('.').map(Number);
  for (const [index, part] of wanted.split('.').map(Number).entries()) {
    const difference = (found[index] ?? 0) - part;
    if (difference !== 0) return difference > 0;
  }
  return true;
}
