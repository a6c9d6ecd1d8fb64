/** Where in its period each timer stands when the simulation begins: from 0 to just below 1, by the timer's name. */
export type Phases = (timer: string) => number;

const lastMoment = 0.999;

/** Phases that follow from a number. 0: every timer ends at once; 1: every timer has just begun; others: anything between. */
export function phasesOf(seed: number): Phases {
  if (seed === 0) return () => 0;
  if (seed === 1) return () => lastMoment;
  return (timer) => (hash(`${seed} ${timer}`) / 2 ** 32) * lastMoment;
}

/** FNV-1a with a last mixing, so that names that differ in one letter are far apart. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const letter of text) value = Math.imul(value ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x7feb352d);
  value = Math.imul(value ^ (value >>> 15), 0x846ca68b);
  return (value ^ (value >>> 16)) >>> 0;
}
