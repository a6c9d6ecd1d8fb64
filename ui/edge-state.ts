import { computed, signal } from '@preact/signals';
import { type EdgeView, type Topology, type ViewRow, emptyView } from '../src/report/edge-view.ts';
import type { NumberedEvent } from '../src/report/timeline-event.ts';
import { type TableChange, type ViewChange, changedTable } from '../src/report/view-change.ts';

/** What the server says at the beginning. */
export interface Snapshot {
  readonly boot: string;
  readonly revision: number;
  readonly visitor: { readonly name: string; readonly role: 'viewer' | 'operator' };
  readonly topology: Topology;
  readonly view: EdgeView;
  readonly events: readonly NumberedEvent[];
}

/** Whether the server is heard. */
export type Line = 'connecting' | 'open' | 'lost';

/** What was said at the beginning; undefined: nothing yet. */
export const snapshot = signal<Snapshot | undefined>(undefined);
/** The view as it is now. */
const live = signal<EdgeView>(emptyView);
/** A view of the past, and of when (ISO 8601); undefined: now is shown. */
export const past = signal<{ readonly at: string; readonly view: EdgeView } | undefined>(undefined);
/** What is shown: now, or a time that was scrubbed back to. */
export const view = computed(() => past.value?.view ?? live.value);
/** Oldest first. */
export const events = signal<readonly NumberedEvent[]>([]);
export const line = signal<Line>('connecting');
/** When the server was heard last, milliseconds since 1970. */
export const heardAt = signal(Date.now());

/** Events that the page holds; older ones are asked for. */
const heldEvents = 5_000;

/** Everything anew. */
export function begin(given: Snapshot): void {
  snapshot.value = given;
  live.value = { ...emptyView, ...given.view };
  events.value = given.events;
}

/** News of the server, in their order. */
export function take(all: readonly { readonly change: ViewChange; readonly events: readonly NumberedEvent[] }[]): void {
  live.value = all.reduce((now, { change }) => changedView(now, change), live.value);
  const fresh = all.flatMap((news) => news.events);
  if (fresh.length > 0) events.value = [...events.value, ...fresh].slice(-heldEvents);
}

/** Older events, put before those that are there. */
export function prepend(older: readonly NumberedEvent[]): void {
  events.value = [...older, ...events.value];
}

function changedView(before: EdgeView, change: ViewChange): EdgeView {
  return {
    look: changed(before.look, change.look),
    holdings: changed(before.holdings, change.holdings),
    problems: changed(before.problems, change.problems),
    vips: changed(before.vips, change.vips),
    balancers: changed(before.balancers, change.balancers),
    backends: changed(before.backends, change.backends),
    nameservers: changed(before.nameservers, change.nameservers),
    webServers: changed(before.webServers, change.webServers),
    sites: changed(before.sites, change.sites),
    certificates: changed(before.certificates, change.certificates),
    traffic: changed(before.traffic, change.traffic),
    operations: changed(before.operations, change.operations),
    work: changed(before.work, change.work),
    pending: changed(before.pending, change.pending),
    drills: changed(before.drills, change.drills),
    alerts: changed(before.alerts, change.alerts),
    receivers: changed(before.receivers, change.receivers),
  };
}

function changed<Row extends ViewRow>(rows: readonly Row[], change: TableChange<Row> | undefined): readonly Row[] {
  return change === undefined ? rows : changedTable(rows, change);
}
