import type { EdgeView, HoldingRow, ViewTables } from './edge-view.ts';
import type { TimelineEvent } from './timeline-event.ts';
import type { WatchGap } from './watch-gap.ts';

/** A VIP and who held it, for a while. Times are ISO 8601. */
export interface HolderSpan {
  readonly vip: string;
  readonly from: string;
  /** Null: still so at the end. */
  readonly to: string | null;
  /** None: nobody. */
  readonly holders: readonly string[];
  readonly preferred: string;
}

/** A problem and how long it lasted. Times are ISO 8601. */
export interface ProblemSpan {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly subject: string;
  readonly text: string;
  readonly next: string;
  /** May be before the range. */
  readonly from: string;
  /** Null: it was not over at the end. */
  readonly to: string | null;
}

/** When a span ends, in milliseconds since 1970: one that is not over, at the end of the report's range, and never in the future. */
export function endOf(
  { to: end }: HolderSpan | ProblemSpan | WatchGap,
  { to, writtenAt }: { readonly to: string; readonly writtenAt: string },
): number {
  return Date.parse(end ?? (to < writtenAt ? to : writtenAt));
}

/** How an edge looked from a time on (ISO 8601). */
export interface DatedView {
  readonly at: string;
  readonly view: EdgeView;
}

/** What a report takes from a view: hundreds of whole ones would be half a gigabyte. */
export interface SeenMoment {
  /** From this time on it looked so. ISO 8601. */
  readonly at: string;
  readonly holdings: readonly Pick<HoldingRow, 'key' | 'holders' | 'preferred'>[];
  /** Absent where the report does not need them. */
  readonly problems?: readonly SeenProblem[];
}

type SeenProblem = Pick<ViewTables['problems'], 'severity' | 'code' | 'subject' | 'message' | 'next' | 'since'>;

/** Who held what in a view, without anything that would keep the rest of it in memory. */
export function seenHolders({ at, view }: DatedView): SeenMoment {
  return { at, holdings: view.holdings.map(({ key, holders, preferred }) => ({ key, holders, preferred })) };
}

/** The same, and what was wrong. */
export function seenProblems(dated: DatedView): SeenMoment {
  const problems = dated.view.problems.map(({ severity, code, subject, message, next, since }) => ({
    severity,
    code,
    subject,
    message,
    next,
    since,
  }));
  return { ...seenHolders(dated), problems };
}

/**
 * Who held each VIP: from the view at the begin of a range and those after it, in their order. Equal ones are one span. While nobody
 * watched there is none: it is not known.
 */
export function holderSpans(views: readonly SeenMoment[], gaps: readonly WatchGap[]): readonly HolderSpan[] {
  const open = new Map<string, HolderSpan>();
  const done: HolderSpan[] = [];
  const closeBefore = (at: string): void => {
    for (const { from } of gaps.filter((gap) => gap.from < at)) {
      for (const was of [...open.values()].filter((span) => span.from <= from)) {
        done.push({ ...was, to: from });
        open.delete(was.vip);
      }
    }
  };
  for (const { at, holdings } of views) {
    // What changed last before nobody watched was seen, in its moment.
    if (gaps.some(({ from, to }) => from < at && (to === null || at < to))) continue;
    closeBefore(at);
    for (const { key, holders, preferred } of holdings) {
      const was = open.get(key);
      if (was !== undefined && was.holders.join(' ') === holders.join(' ')) continue;
      if (was !== undefined) done.push({ ...was, to: at });
      open.set(key, { vip: key, from: at, to: null, holders, preferred });
    }
  }
  closeBefore(endOfTime);
  return [...done, ...open.values()].toSorted((a, b) => compareText(a.vip, b.vip) || compareText(a.from, b.from));
}

/** Behind every time of ISO 8601. */
const endOfTime = '~';

/** What is known of a range. */
interface ProblemSources {
  /** How it looked at its begin, for what was there already. */
  readonly atBegin: Pick<SeenMoment, 'problems'> | undefined;
  readonly events: readonly TimelineEvent[];
  /** How it looked at the moments of events; with its problems when the dashboard said something of itself. */
  readonly views: readonly SeenMoment[];
  /** When nobody watched. */
  readonly gaps: readonly WatchGap[];
  /** The end of the range. */
  readonly until: string;
}

/**
 * The problems of a range with their ends. One that is told a second time before it ended is the same: the dashboard began anew and
 * found it again. One that it did not find again was over by then: it lasted as long as it was seen.
 */
export function problemSpans({ atBegin, events, views, gaps, until }: ProblemSources): readonly ProblemSpan[] {
  const viewOf = new Map(views.map((view) => [view.at, view]));
  let open: readonly ProblemSpan[] = (atBegin?.problems ?? []).map(
    ({ severity, code, subject, message, next, since }) => ({
      severity,
      code,
      subject,
      text: message,
      next,
      from: since,
      to: null,
    }),
  );
  const done: ProblemSpan[] = [];
  for (const event of events) {
    const { kind, severity, code = '', subject, text, next = '', at } = event;
    const seen = kind === 'controller' ? viewOf.get(at)?.problems : undefined;
    if (seen !== undefined) {
      const gone = open.filter((span) => !seen.some((one) => one.code === span.code && one.subject === span.subject));
      open = open.filter((span) => !gone.includes(span));
      const seenUntil = gaps.find(({ to }) => to === at)?.from ?? at;
      done.push(...gone.map((span) => ({ ...span, to: span.from < seenUntil ? seenUntil : at })));
    }
    if (kind !== 'problem') continue;
    const same = open.filter((span) => span.code === code && span.subject === subject);
    if (severity === 'error' || severity === 'warning') {
      if (same.every((span) => span.text !== text)) {
        open = [...open, { severity, code, subject, text, next, from: at, to: null }];
      }
      continue;
    }
    // A VIP with two addresses can have the same problem twice; the words tell which one is over, unless a figure in them changed.
    const over = same.find((span) => text === `over: ${span.text}`) ?? same[0];
    if (over === undefined) continue;
    open = open.filter((span) => span !== over);
    done.push({ ...over, to: at });
  }
  const unseen = gaps.find(({ from, to }) => from < until && (to === null || to >= until))?.from;
  const left = open.map((span) => (unseen === undefined || span.from > unseen ? span : { ...span, to: unseen }));
  return [...done, ...left].toSorted((a, b) => compareText(a.from, b.from));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
