import type { Family } from '../base/address.ts';
import type { AuditEntry } from './audit-entry.ts';
import { type Availability, availabilityOf, knownWithin, pairKey, type PairTarget } from './availability.ts';
import type { ProbeSpan } from './probe-minute.ts';
import type { TimeRange } from './report-range.ts';
import { type HolderSpan, holderSpans, type ProblemSpan, problemSpans, type SeenMoment } from './report-spans.ts';
import type { NumberedEvent } from './timeline-event.ts';
import type { WatchGap } from './watch-gap.ts';

/**
 * What happened to an edge in a range of time: the JSON of `evenkeel report --json`. Times are ISO 8601, UTC; lengths milliseconds. Keys are
 * only ever added while `version` is 1.
 */
export interface EdgeReport {
  readonly version: 1;
  /** `month`: a calendar month, held against the targets. */
  readonly kind: ReportKind;
  readonly edge: string;
  readonly place: 'lab' | 'real';
  readonly from: string;
  readonly to: string;
  readonly writtenAt: string;
  readonly availability: readonly Availability[];
  readonly course: AvailabilityCourse;
  readonly holders: readonly HolderSpan[];
  readonly problems: readonly ProblemSpan[];
  /** When nobody watched: who held a VIP, and what was wrong, is not known then. Null: still so at the end. */
  readonly unwatched: readonly WatchGap[];
  readonly operations: readonly AuditEntry[];
  /** Oldest first. */
  readonly events: readonly NumberedEvent[];
  /** `newest`: there were more events than a report takes, and older ones are left out. */
  readonly eventsShown: 'all' | 'newest';
}

/** The two reports. */
export type ReportKind = 'month' | 'incident';

/** Availability over time, in steps of one length, for the picture. */
export interface AvailabilityCourse {
  readonly stepMs: number;
  readonly rows: readonly {
    readonly vip: string;
    readonly family: Family;
    readonly site: string;
    /** From the begin of the range on. */
    readonly steps: readonly { readonly knownMs: number; readonly outageMs: number }[];
  }[];
}

/** What a report is made of. */
export interface ReportMaterial {
  readonly kind: ReportKind;
  readonly edge: string;
  readonly place: 'lab' | 'real';
  readonly range: TimeRange;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly targets: readonly PairTarget[];
  readonly spans: readonly ProbeSpan[];
  /** Problems that began or ended between the first of `views` and the begin of the range: not of each event a view is kept. */
  readonly eventsBefore: readonly NumberedEvent[];
  /** Of the range, oldest first. */
  readonly events: readonly NumberedEvent[];
  readonly eventsShown: 'all' | 'newest';
  /**
   * How it looked at the begin of the range, when that is known, and when holders changed or the dashboard said something of itself. Problems
   * are needed of all but changes of holders.
   */
  readonly views: readonly SeenMoment[];
  /** When nobody watched, from the begin of the range on, in order; they may reach beyond it. */
  readonly gaps: readonly WatchGap[];
  readonly operations: readonly AuditEntry[];
}

/** A month has a step for each day; a shorter range at most so many. */
const mostSteps = 120;
const dayMs = 86_400_000;
/** Lengths of a step. Milliseconds. */
const stepLengths = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 5760].map((minutes) => minutes * 60_000);

/** Puts a report together. Pure. */
export function edgeReport(material: ReportMaterial): EdgeReport {
  const { kind, edge, place, range, now, targets, spans, events, eventsBefore, eventsShown, views, operations } =
    material;
  const [begin, end] = [iso(range.from), iso(range.to)];
  const gaps = material.gaps.filter((gap) => gap.from < end && (gap.to === null || gap.to > begin));
  const first = views.find(({ at }) => at <= begin);
  return {
    version: 1,
    kind,
    edge,
    place,
    from: begin,
    to: end,
    writtenAt: iso(now),
    availability: availabilityOf({ targets, spans, range, now: settledAt(now) }),
    course: courseOf(material),
    // What was so before the range is so from its begin on.
    holders: holderSpans(
      views.map((view) => (view.at < begin ? { ...view, at: begin } : view)),
      gaps,
    ),
    problems: problemSpans({ atBegin: first, events: [...eventsBefore, ...events], views, gaps, until: end }).filter(
      ({ to }) => to === null || to >= begin,
    ),
    unwatched: gaps.map(({ from, to }) => ({
      from: from < begin ? begin : from,
      to: to === null || to >= end ? null : to,
    })),
    operations,
    events,
    eventsShown,
  };
}

/** What was asked is written within a few seconds after its minute; until then it is not unknown but not there yet. */
export function settledAt(now: number): number {
  const writtenMs = 5_000;
  const settled = now - writtenMs;
  return settled - (settled % 60_000);
}

function courseOf({ kind, range, now, targets, spans }: ReportMaterial): AvailabilityCourse {
  const length = range.to - range.from;
  const stepMs =
    kind === 'month' ? dayMs : (stepLengths.find((step) => length / step <= mostSteps) ?? length / mostSteps);
  const until = Math.min(range.to, Math.max(now, range.from));
  const count = Math.ceil((until - range.from) / stepMs);
  const byPair = Map.groupBy(spans, pairKey);
  const pairs = new Map([...targets, ...spans].map((pair) => [pairKey(pair), pair]));
  return {
    stepMs,
    rows: [...pairs].map(([key, { vip, family, site }]) => {
      const bySteps = spansBySteps(byPair.get(key) ?? [], { from: range.from, stepMs });
      return {
        vip,
        family,
        site,
        steps: Array.from({ length: count }, (_, index) => {
          const from = range.from + index * stepMs;
          return knownWithin(bySteps.get(index) ?? [], { from, to: Math.min(from + stepMs, range.to) });
        }),
      };
    }),
  };
}

/** Spans by the steps they touch: each step then looks at its own only. */
function spansBySteps(
  spans: readonly ProbeSpan[],
  { from, stepMs }: { readonly from: number; readonly stepMs: number },
): ReadonlyMap<number, readonly ProbeSpan[]> {
  const steps = new Map<number, ProbeSpan[]>();
  for (const span of spans) {
    const first = Math.floor((span.from - from) / stepMs);
    const last = Math.floor((span.from + span.spanMs - 1 - from) / stepMs);
    for (let step = Math.max(0, first); step <= last; step += 1) {
      const own = steps.get(step);
      if (own === undefined) steps.set(step, [span]);
      else own.push(span);
    }
  }
  return steps;
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
