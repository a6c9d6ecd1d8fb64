import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import { type EdgeView, type TableName, type Topology, emptyView } from '../src/report/edge-view.ts';
import type { NumberedEvent } from '../src/report/timeline-event.ts';
import { changedView, type ViewChange } from '../src/report/view-change.ts';

/** What the server says at the beginning. */
export interface Snapshot {
  readonly boot: string;
  readonly revision: number;
  readonly visitor: { readonly name: string; readonly role: 'viewer' | 'operator' };
  /** With `account` it is kept who came in. */
  readonly wayIn: 'link' | 'account';
  readonly topology: Topology;
  readonly view: EdgeView;
  readonly events: readonly NumberedEvent[];
}

/** Whether the server is heard. */
export type Line = 'connecting' | 'open' | 'lost';

/** What was said at the beginning; undefined: nothing yet. */
export const snapshot = signal<Snapshot | undefined>(undefined);
export const line = signal<Line>('connecting');
/** When the server was heard last, milliseconds since 1970. */
export const heardAt = signal(Date.now());
/** Oldest first. */
export const events = signal<readonly NumberedEvent[]>([]);
/** A view of the past. Times are ISO 8601. */
interface Past {
  readonly at: string;
  readonly view: EdgeView;
  /** Nobody watched at that time: the view is of this one, when somebody last did. */
  readonly unwatchedSince: string | undefined;
}

/** Undefined: now is shown. */
export const past = signal<Past | undefined>(undefined);

const live = signal(emptyView);

/**
 * The tables as they are shown: now, or at a time that was scrubbed back to. A table that did not change is the same array, and wakes
 * nobody: news of one table draw what shows that table, and nothing else.
 */
export const shown: { readonly [Table in TableName]: ReadonlySignal<EdgeView[Table]> } = {
  look: shownTable('look'),
  holdings: shownTable('holdings'),
  problems: shownTable('problems'),
  vips: shownTable('vips'),
  balancers: shownTable('balancers'),
  backends: shownTable('backends'),
  nameservers: shownTable('nameservers'),
  webServers: shownTable('webServers'),
  sites: shownTable('sites'),
  certificates: shownTable('certificates'),
  traffic: shownTable('traffic'),
  operations: shownTable('operations'),
  // What people do and what was drilled is told as it is now: it is not part of how the edge was.
  work: liveTable('work'),
  pending: liveTable('pending'),
  applies: liveTable('applies'),
  drills: liveTable('drills'),
  alerts: shownTable('alerts'),
  receivers: liveTable('receivers'),
};

/** Events that the page holds; older ones are asked for. */
const heldEvents = 5_000;

/** Everything anew. */
export function begin(given: Snapshot): void {
  batch(() => {
    snapshot.value = given;
    live.value = { ...emptyView, ...given.view };
    events.value = given.events;
  });
}

/** What the server says of one moment. */
export interface News {
  readonly change: ViewChange;
  readonly events: readonly NumberedEvent[];
}

/** News of the server, in their order. */
export function take(all: readonly News[]): void {
  batch(() => {
    for (const { change } of all) live.value = changedView(live.value, change);
    const fresh = all.flatMap((news) => news.events);
    if (fresh.length > 0) events.value = [...events.value, ...fresh].slice(-heldEvents);
  });
}

/** Events of both, each once, oldest first; of two with one id that of the second list. */
export function mergedEvents(
  some: readonly NumberedEvent[],
  others: readonly NumberedEvent[],
): readonly NumberedEvent[] {
  const known = new Map([...some, ...others].map((event) => [event.id, event]));
  return [...known.values()].toSorted((a, b) => a.id - b.id);
}

/** Events that were asked for, put among those that are there. */
export function mergeEvents(found: readonly NumberedEvent[]): void {
  events.value = mergedEvents(found, events.value);
}

function liveTable<Table extends TableName>(table: Table): ReadonlySignal<EdgeView[Table]> {
  return computed(() => live.value[table]);
}

function shownTable<Table extends TableName>(table: Table): ReadonlySignal<EdgeView[Table]> {
  return computed(() => past.value?.view[table] ?? live.value[table]);
}
