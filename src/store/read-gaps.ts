import { isGone, readWatchGap, watchSubject, type WatchGap } from '../report/watch-gap.ts';
import type { ReportSource } from './report-material.ts';

/** Beginnings of a watch that are looked through. */
const mostBeginnings = 5_000;

/** When nobody watched from a time on (both ISO 8601), in order: a gap that reaches over the time itself is the first one. */
export function readGaps(
  source: Pick<ReportSource, 'events' | 'watchedUntil'>,
  from: string,
  now: string,
): readonly WatchGap[] {
  const over = source
    .events({ from, kind: 'controller', subject: watchSubject, limit: mostBeginnings })
    .flatMap((event) => readWatchGap(event) ?? []);
  const until = source.watchedUntil();
  return until === undefined || !isGone(until, now) ? over : [...over, { from: until, to: null }];
}
