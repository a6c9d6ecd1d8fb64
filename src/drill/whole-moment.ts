import type { DrillRecord, RequestRecord } from '../facts/drill-records.ts';
import { answerCourses, backendCourses, type Course, holderCourses, valueAt } from './changes.ts';
import type { FaultWatch, Span } from './fault-watch.ts';
import { longestGap, quietGap, successEnds } from './gaps.ts';
import { byStream, isRequest } from './measure-streams.ts';

/** A gap at least this long is no noise; a slower stream has longer ones of its own. Milliseconds. */
const shortestGapMs = 100;

/**
 * Milliseconds from the fault until everything succeeded again without repair: no request that began later failed, no
 * stream stood still, and every VIP has one holder. Undefined: not before it was repaired.
 */
export function wholeAfterFault(watch: FaultWatch): number | undefined {
  const span = { from: watch.fault.from, to: watch.heal?.from ?? watch.end };
  return latest(span, [...streamMoments(watch, span), ...oneHolderMoments(watch.records, span)]);
}

/**
 * Milliseconds from the beginning of the repair until the edge was as before the fault: everything succeeds, and holders,
 * DNS answers and backends are the same. Undefined: never within the observation, or it was not healed.
 */
export function wholeAfterHeal(watch: FaultWatch): number | undefined {
  if (watch.heal === undefined) return undefined;
  const span = { from: watch.heal.from, to: watch.end };
  const { records } = watch;
  const before = watch.fault.from;
  return latest(span, [
    ...streamMoments(watch, span),
    ...sameAgain(
      holderCourses(records).filter(({ of }) => of.seen === 'hosts'),
      before,
      span,
    ),
    ...sameAgain(answerCourses(records), before, span),
    ...sameAgain(backendCourses(records), before, span),
  ]);
}

/** The moments from which each thing is right; undefined: it is not at the end of the stretch. */
type Moments = readonly (number | undefined)[];

function latest(span: Span, moments: Moments): number | undefined {
  const known = moments.filter((moment) => moment !== undefined);
  if (known.length < moments.length) return undefined;
  return Math.max(span.from, ...known) - span.from;
}

function streamMoments(watch: FaultWatch, span: Span): Moments {
  return [...byStream(watch.records.filter(isRequest)).values()].map((requests) => {
    const ends = successEnds(requests);
    const quiet = quietGap(ends, { from: watch.begin, to: watch.fault.from });
    return steadyFrom(requests, span, Math.max(shortestGapMs, 3 * (quiet.to - quiet.from)));
  });
}

/** From when on every request succeeded and no gap was longer than `quietMs`. */
function steadyFrom(requests: readonly RequestRecord[], span: Span, quietMs: number): number | undefined {
  const failed = requests.filter(
    (request) => request.failure !== undefined && request.start < span.to && request.end > span.from,
  );
  const lastFailed = Math.max(Number.NEGATIVE_INFINITY, ...failed.map((request) => request.start));
  // Successes of requests that began before the last failed one say nothing about what came after it.
  const good = successEnds(requests.filter((request) => request.start > lastFailed && request.end <= span.to));
  const first = good.find((end) => end > span.from);
  if (first === undefined) return undefined;
  let from = failed.length === 0 ? span.from : first;
  for (;;) {
    const ends = successEnds(requests);
    const gap = longestGap(ends, { from, to: span.to });
    if (gap.to - gap.from <= quietMs) return from;
    if (gap.to >= span.to) return undefined;
    from = gap.to;
  }
}

function oneHolderMoments(records: readonly DrillRecord[], span: Span): Moments {
  return holderCourses(records)
    .filter(({ of }) => of.seen === 'hosts')
    .map(({ changes }) => {
      const last = valueAt(changes, span.to);
      if (last === undefined) return span.from;
      return last.value.length === 1 ? last.at : undefined;
    });
}

function sameAgain<K, T>(courses: readonly Course<K, T>[], before: number, span: Span): Moments {
  return courses.map(({ changes }) => {
    const was = valueAt(changes, before);
    const last = valueAt(changes, span.to);
    if (was === undefined || last === undefined) return span.from;
    return JSON.stringify(was.value) === JSON.stringify(last.value) ? last.at : undefined;
  });
}
