import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AuditEntry } from '../report/audit-entry.ts';
import type { ReportMaterial } from '../report/edge-report.ts';
import type { ProbeSpan } from '../report/probe-minute.ts';
import type { TimeRange } from '../report/report-range.ts';
import { type DatedView, seenHolders, type SeenMoment, seenProblems } from '../report/report-spans.ts';
import type { NumberedEvent } from '../report/timeline-event.ts';
import type { EventQuery } from './edge-history.ts';
import { readGaps } from './read-gaps.ts';

/** Where a report reads: files of the history, or the dashboard that has them open. */
export interface ReportSource {
  events(query: EventQuery): readonly NumberedEvent[];
  viewAt(time: string): DatedView | undefined;
  /** The last time at which somebody watched (ISO 8601); undefined: it is not known. */
  watchedUntil(): string | undefined;
  operations(limit: number): readonly AuditEntry[];
  spans(range: TimeRange): readonly ProbeSpan[];
}

/** The most events of a report: a document of some megabytes. */
const mostEvents = 5_000;
/** Operations that are looked through. */
const mostOperations = 100_000;
/** Changes of holders, and new beginnings of the dashboard, that are told one by one. */
const mostViews = 500;

/**
 * Reads from the history what a report of a range needs; `now` is when it is written, milliseconds since 1970. A view of a large edge takes some
 * ten milliseconds, and there may be hundreds: others have their turn after each. Rejects with a Fault when it can't be read.
 */
export async function readReportMaterial(
  source: ReportSource,
  range: TimeRange,
  now: number,
): Promise<
  Pick<ReportMaterial, 'spans' | 'events' | 'eventsBefore' | 'eventsShown' | 'views' | 'gaps' | 'operations'>
> {
  const [from, to] = [new Date(range.from).toISOString(), new Date(range.to - 1).toISOString()];
  const events = source.events({ from, until: to, limit: mostEvents + 1 });
  const shown = events.slice(-mostEvents);
  const views = await readMoments(source, from, shown);
  return {
    spans: source.spans(range),
    events: shown,
    eventsShown: shown.length < events.length ? 'newest' : 'all',
    eventsBefore: problemsUntil(source, from, views[0]),
    views,
    gaps: readGaps(source, from, new Date(now).toISOString()),
    operations: source.operations(mostOperations).filter(({ at }) => at >= from && at <= to),
  };
}

/** What became of the problems of a view until the range begins. */
function problemsUntil(source: ReportSource, begin: string, first: SeenMoment | undefined): readonly NumberedEvent[] {
  if (first === undefined) return [];
  return source
    .events({ from: first.at, until: begin, kind: 'problem', limit: mostEvents })
    .filter(({ at }) => at > first.at && at < begin);
}

async function readMoments(
  source: ReportSource,
  from: string,
  events: readonly NumberedEvent[],
): Promise<readonly SeenMoment[]> {
  const changes = events.filter(({ kind }) => kind === 'holder' || kind === 'controller').map(({ at }) => at);
  // What a new dashboard did not find again was over by then; what is wrong at other times is told by events.
  const begins = new Set(events.filter(({ kind }) => kind === 'controller').map(({ at }) => at));
  const moments: SeenMoment[] = [];
  // Several may be of one moment, as of all VIPs when a watch begins.
  for (const time of new Set([from, ...[...new Set(changes)].slice(-mostViews)])) {
    const found = source.viewAt(time);
    if (found !== undefined) {
      // By the time of the view: without room on the disk a change has none of its own, and the one before may be that of a begin.
      moments.push(time === from || begins.has(found.at) ? seenProblems(found) : seenHolders(found));
    }
    await nextTurn();
  }
  return moments;
}
