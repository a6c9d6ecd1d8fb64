import type { Outage } from './promise.ts';
import { bounded } from './vrrp-timing.ts';

/** What nobody notices. */
export const noOutage: Outage = { kind: 'none' };

/** The longer of two outages; the first of equals. */
export function worse(one: Outage, other: Outage): Outage {
  return lengthOf(other) > lengthOf(one) ? other : one;
}

/** The longest of all; `none` of no outages. */
export function worst(outages: readonly Outage[]): Outage {
  return outages.reduce(worse, noOutage);
}

/** One outage after the other, as a client meets them that has to pass through all: the bounds add up. */
export function oneAfterOther(outages: readonly Outage[]): Outage {
  const stuck = outages.find(({ kind }) => kind === 'until-repaired');
  if (stuck !== undefined) return stuck;
  const [first, ...rest] = outages.flatMap((outage) => (outage.kind === 'bounded' ? outage.terms : []));
  return first === undefined ? noOutage : bounded([first, ...rest]);
}

/** Milliseconds as reports have them; null: until it is repaired. */
export function promisedMs(outage: Outage): number | null {
  switch (outage.kind) {
    case 'none':
      return 0;
    case 'bounded':
      return outage.ms;
    case 'until-repaired':
      return null;
  }
}

function lengthOf(outage: Outage): number {
  switch (outage.kind) {
    case 'none':
      return -1;
    case 'bounded':
      return outage.ms;
    case 'until-repaired':
      return Infinity;
  }
}
