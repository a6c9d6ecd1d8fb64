import type { HoldingRow } from '../src/report/edge-view.ts';
import { readHolderEvent } from '../src/report/read-holder-event.ts';
import type { NumberedEvent } from '../src/report/timeline-event.ts';

/** Who held a VIP for a while. Times are milliseconds since 1970; `holders` undefined: nobody watched. */
export interface Holding {
  readonly from: number;
  readonly until: number;
  readonly holders: readonly string[] | undefined;
}

/**
 * Who held a VIP from one time to another, in order and without gaps. Before the first thing that is known nothing is said: the
 * first event tells who held it until then, but not since when. Neither while nobody watched.
 */
export function holderHistory(
  row: HoldingRow,
  events: readonly NumberedEvent[],
  { from, until }: { readonly from: number; readonly until: number },
): readonly Holding[] {
  const changes = events.flatMap((event) => {
    const change = event.subject === row.key ? readHolderEvent(event) : undefined;
    return change === undefined ? [] : [{ at: Date.parse(event.at), ...change }];
  });
  const pieces: Holding[] = [];
  const add = (end: number, holders: readonly string[] | undefined): void => {
    const start = pieces.at(-1)?.until ?? from;
    const stop = Math.min(until, end);
    if (stop > start) pieces.push({ from: start, until: stop, holders });
  };
  const [first] = changes;
  if (first === undefined) {
    add(Date.parse(row.since), undefined);
    add(until, row.holders);
    return pieces;
  }
  add(seenUntil(first), first.before.length === 0 ? undefined : first.before);
  for (const [index, change] of changes.entries()) {
    add(change.at, undefined);
    const next = changes[index + 1];
    add(next === undefined ? until : seenUntil(next), change.since);
  }
  return pieces;
}

/** Until when what was so before a change was seen to be so. */
function seenUntil({ at, lastSeen }: { readonly at: number; readonly lastSeen?: string }): number {
  return lastSeen === undefined ? at : Date.parse(lastSeen);
}
