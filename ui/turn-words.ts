import type { LookTurns } from '../src/report/edge-status.ts';
import { duration } from './words.ts';

/** What is asked in turns. */
export type TurnOf = keyof LookTurns;

const nouns: Readonly<Record<TurnOf, string>> = { sites: 'sites', names: 'DNS questions' };

/** How much is not known yet: `980 of 1,000 sites not asked yet`; undefined: all was asked once. */
export function notYetWords(turns: LookTurns | undefined, of: TurnOf): string | undefined {
  const turn = turns?.[of];
  if (turn === undefined || turn.notYet === 0) return undefined;
  return `${many(turn.notYet)} of ${many(turn.all)} ${nouns[of]} not asked yet`;
}

/** How far the turns are, and how old what they found may be; undefined: each look asks for all. */
export function turnWords(turns: LookTurns | undefined, of: TurnOf): string | undefined {
  const turn = turns?.[of];
  if (turn === undefined) return undefined;
  const { all, asked, oldestMs } = turn;
  const missing = notYetWords(turns, of);
  const atOnce = `${asked.length} asked with each look`;
  if (missing !== undefined) return `${missing}, ${atOnce}`;
  // Of none there is an answer: nobody could be asked.
  const age = oldestMs === 0 ? '' : `: each about every ${duration(oldestMs)}`;
  return `${many(all)} ${nouns[of]}, ${atOnce}${age}`;
}

function many(count: number): string {
  return count.toLocaleString('en');
}
