import type { AuditEntry } from '../report/audit-entry.ts';
import type { ReportMaterial } from '../report/edge-report.ts';
import type { ProbeSpan } from '../report/probe-minute.ts';
import type { TimeRange } from '../report/report-range.ts';
import type { DatedView } from '../report/report-spans.ts';
import type { NumberedEvent } from '../report/timeline-event.ts';
import type { EventQuery } from './edge-history.ts';

/** Where a report reads: files of the history, or the dashboard that has them open. */
export interface ReportSource {
  events(query: EventQuery): readonly NumberedEvent[];
  viewAt(time: string): DatedView | undefined;
  operations(limit: number): readonly AuditEntry[];
  spans(range: TimeRange): readonly ProbeSpan[];
}

/** The most events of a report: a document of some megabytes. */
const mostEvents = 5_000;
/** Operations that are looked through. */
const mostOperations = 100_000;
/** Changes of holders, and new beginnings of the dashboard, that are told one by one. */
const mostViews = 500;

/** Reads from the history what a report of a range needs. Throws a Fault when it can't be read. */
export function readReportMaterial(
  source: ReportSource,
  range: TimeRange,
): Pick<ReportMaterial, 'spans' | 'events' | 'eventsBefore' | 'eventsShown' | 'views' | 'operations'> {
  const [from, to] = [new Date(range.from).toISOString(), new Date(range.to - 1).toISOString()];
  const events = source.events({ from, until: to, limit: mostEvents + 1 });
  const shown = events.slice(-mostEvents);
  const first = source.viewAt(from);
  const changes = shown.filter(({ kind }) => kind === 'holder' || kind === 'controller').map(({ at }) => at);
  return {
    spans: source.spans(range),
    events: shown,
    eventsShown: shown.length < events.length ? 'newest' : 'all',
    eventsBefore: problemsUntil(source, from, first),
    views: [first, ...[...new Set(changes.slice(-mostViews))].map((time) => source.viewAt(time))].filter(
      (view) => view !== undefined,
    ),
    operations: source.operations(mostOperations).filter(({ at }) => at >= from && at <= to),
  };
}

/** What became of the problems of a view until the range begins. */
function problemsUntil(source: ReportSource, begin: string, view: DatedView | undefined): readonly NumberedEvent[] {
  if (view === undefined) return [];
  return source
    .events({ from: view.at, until: begin, kind: 'problem', limit: mostEvents })
    .filter(({ at }) => at > view.at && at < begin);
}
