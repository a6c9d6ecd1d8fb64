import type { HoldingRow } from '../src/report/edge-view.ts';
import { holderNames } from '../src/report/read-holder-event.ts';
import type { Tone } from './tone.ts';

/** How a VIP is held. */
export function holdingTone({ holders, preferred, silent }: HoldingRow): Tone {
  const [holder, ...others] = holders;
  if (holder === undefined || others.length > 0) return 'bad';
  if (silent.includes(holder)) return 'unknown';
  return holder === preferred ? 'good' : 'warn';
}

/** Who holds a VIP, in words. */
export function holdingWords(row: HoldingRow): string {
  const { holders, silent, preferred } = row;
  const names = holderNames(holders);
  if (holders.length === 0) return names;
  if (holders.some((name) => silent.includes(name))) return `${names}, which does not answer`;
  return holders.length > 1 ? `${names} at once` : names === preferred ? names : `${names}, not ${preferred}`;
}
