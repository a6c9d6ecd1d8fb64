import type { RequestRecord } from '../facts/drill-records.ts';
import type { Span } from './fault-watch.ts';

/** When the successes among the requests ended, ascending. */
export function successEnds(requests: readonly RequestRecord[]): readonly number[] {
  return requests
    .filter((request) => request.failure === undefined)
    .map((request) => request.end)
    .sort((a, b) => a - b);
}

/**
 * The longest time without a success that reaches into a stretch. It begins with the last success before it, so that it
 * holds the whole wait of a client; an open one ends with the stretch. `ends`: when successes ended, ascending.
 */
export function longestGap(ends: readonly number[], { from, to }: Span): Span {
  const before = ends.findLast((end) => end <= from) ?? from;
  const within = ends.filter((end) => end > from && end <= to);
  return longest([before, ...within, to]);
}

/**
 * The longest time between two successes within a stretch: what a gap is even when nothing is wrong. With fewer than two
 * successes it is the whole stretch.
 */
export function quietGap(ends: readonly number[], { from, to }: Span): Span {
  const within = ends.filter((end) => end >= from && end <= to);
  return within.length < 2 ? { from, to } : longest(within);
}

function longest(moments: readonly number[]): Span {
  let best: Span | undefined;
  let last: number | undefined;
  for (const moment of moments) {
    if (last !== undefined && (best === undefined || moment - last > best.to - best.from)) {
      best = { from: last, to: moment };
    }
    last = moment;
  }
  return best ?? { from: last ?? 0, to: last ?? 0 };
}
