import type { HoldingRow } from './edge-view.ts';
import { holderNames } from './read-holder-event.ts';
import type { TimelineEvent } from './timeline-event.ts';

/** A time in which nobody watched the edge: what it was like is not known. ISO 8601. */
export interface WatchGap {
  /** When it was last seen. */
  readonly from: string;
  /** When it was seen again. Null: not yet. */
  readonly to: string | null;
}

/** When the edge was last watched (ISO 8601), and who held the VIPs then, as far as is known. */
export interface LastWatch {
  readonly until: string;
  readonly holdings: readonly HoldingRow[];
}

/** The subject of events of the dashboard itself. */
export const watchSubject = 'dashboard';

/** Without a word of the watch for so long, nobody watches. Milliseconds; a watch says so once a minute. */
const goneMs = 300_000;

/** Whether a watch that was heard of at one time had ended before another one (ISO 8601). */
export function isGone(heard: string, now: string): boolean {
  return Date.parse(now) - Date.parse(heard) > goneMs;
}

/**
 * What the timeline says when the dashboard begins to watch: since when nobody did, and who holds each VIP now, because nothing tells
 * when that changed. The words are read back, so they are a format. `last` undefined: nobody ever watched.
 */
export function watchBegins(
  at: string,
  holdings: readonly HoldingRow[],
  last: LastWatch | undefined,
): readonly TimelineEvent[] {
  const began = { at, kind: 'controller', severity: 'info', subject: watchSubject } as const;
  if (last === undefined) return [{ ...began, text: 'the dashboard began to watch' }];
  const before = new Map(last.holdings.map((row) => [row.key, row]));
  return [
    { ...began, text: `the dashboard began to watch; nobody watched from ${last.until} to ${at}` },
    ...holdings.map((row) => seenAgain(at, row, { until: last.until, was: before.get(row.key) })),
  ];
}

function seenAgain(
  at: string,
  { key, holders, preferred, silent }: HoldingRow,
  { until, was }: { readonly until: string; readonly was: HoldingRow | undefined },
): TimelineEvent {
  const now = holders.length === 0 && silent.length > 0 ? 'nobody who can be asked' : holderNames(holders);
  const then = was === undefined ? '' : `, held by ${holderNames(was.holders)}`;
  // What nobody saw change is no news; what is wrong with it the problems say.
  const isAsBefore = was !== undefined && holderNames(was.holders) === holderNames(holders);
  const severity = isAsBefore ? 'info' : holders.length !== 1 ? 'error' : holders[0] === preferred ? 'info' : 'warning';
  const text = `${key} is held by ${now}; it was last seen at ${until}${then}`;
  return { at, kind: 'holder', severity, subject: key, text };
}

/** Reads back from its words that nobody watched for a time. Undefined: it says something else. */
export function readWatchGap({ kind, text }: TimelineEvent): WatchGap | undefined {
  if (kind !== 'controller') return undefined;
  const [, from, to] = /; nobody watched from (\S+) to (\S+)$/.exec(text) ?? [];
  return from === undefined || to === undefined ? undefined : { from, to };
}

/** The gap that a time (ISO 8601) lies in; undefined: somebody watched. */
export function gapAt(gaps: readonly WatchGap[], time: string): WatchGap | undefined {
  return gaps.find(({ from, to }) => from < time && (to === null || time < to));
}
