/** Names as a sentence has them: `lb1`, `lb1 and lb2`, `nobody`. */
export function nameList(names: readonly string[]): string {
  const last = names.at(-1);
  if (last === undefined) return 'nobody';
  return names.length === 1 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** Milliseconds for people. */
export function milliseconds(ms: number): string {
  return `${Math.round(ms)} ms`;
}
