import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { type EdgeView, type TableName, type Topology, type ViewRow, emptyView } from '../src/report/edge-view.ts';
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
export const line = signal<Line>('connecting');
/** When the server was heard last, milliseconds since 1970. */
export const heardAt = signal(Date.now());
/** Oldest first. */
export const events = signal<readonly NumberedEvent[]>([]);
/** A view of the past, and of when (ISO 8601); undefined: now is shown. */
export const past = signal<{ readonly at: string; readonly view: EdgeView } | undefined>(undefined);

/** One signal a table: news of one table draw what shows that table, and nothing else. */
type Live = { readonly [Table in TableName]: Signal<EdgeView[Table]> };

const live: Live = {
  look: signal(emptyView.look),
  holdings: signal(emptyView.holdings),
  problems: signal(emptyView.problems),
  vips: signal(emptyView.vips),
  balancers: signal(emptyView.balancers),
  backends: signal(emptyView.backends),
  nameservers: signal(emptyView.nameservers),
  webServers: signal(emptyView.webServers),
  sites: signal(emptyView.sites),
  certificates: signal(emptyView.certificates),
  traffic: signal(emptyView.traffic),
  operations: signal(emptyView.operations),
  work: signal(emptyView.work),
  pending: signal(emptyView.pending),
  drills: signal(emptyView.drills),
  alerts: signal(emptyView.alerts),
  receivers: signal(emptyView.receivers),
};

/** The tables as they are shown: now, or at a time that was scrubbed back to. */
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
  work: live.work,
  pending: live.pending,
  drills: live.drills,
  alerts: shownTable('alerts'),
  receivers: live.receivers,
};

/** Events that the page holds; older ones are asked for. */
const heldEvents = 5_000;

/** Everything anew. */
export function begin(given: Snapshot): void {
  batch(() => {
    snapshot.value = given;
    putAll({ ...emptyView, ...given.view });
    events.value = given.events;
  });
}

/** News of the server, in their order. */
export function take(all: readonly { readonly change: ViewChange; readonly events: readonly NumberedEvent[] }[]): void {
  batch(() => {
    for (const { change } of all) putChange(change);
    const fresh = all.flatMap((news) => news.events);
    if (fresh.length > 0) events.value = [...events.value, ...fresh].slice(-heldEvents);
  });
}

/** Events that were asked for, put among those that are there. */
export function mergeEvents(found: readonly NumberedEvent[]): void {
  const known = new Map([...found, ...events.value].map((event) => [event.id, event]));
  events.value = [...known.values()].toSorted((a, b) => a.id - b.id);
}

function shownTable<Table extends TableName>(table: Table): ReadonlySignal<EdgeView[Table]> {
  return computed(() => past.value?.view[table] ?? live[table].value);
}

function putAll(view: EdgeView): void {
  live.look.value = view.look;
  live.holdings.value = view.holdings;
  live.problems.value = view.problems;
  live.vips.value = view.vips;
  live.balancers.value = view.balancers;
  live.backends.value = view.backends;
  live.nameservers.value = view.nameservers;
  live.webServers.value = view.webServers;
  live.sites.value = view.sites;
  live.certificates.value = view.certificates;
  live.traffic.value = view.traffic;
  live.operations.value = view.operations;
  live.work.value = view.work;
  live.pending.value = view.pending;
  live.drills.value = view.drills;
  live.alerts.value = view.alerts;
  live.receivers.value = view.receivers;
}

function putChange(change: ViewChange): void {
  changeTable(live.look, change.look);
  changeTable(live.holdings, change.holdings);
  changeTable(live.problems, change.problems);
  changeTable(live.vips, change.vips);
  changeTable(live.balancers, change.balancers);
  changeTable(live.backends, change.backends);
  changeTable(live.nameservers, change.nameservers);
  changeTable(live.webServers, change.webServers);
  changeTable(live.sites, change.sites);
  changeTable(live.certificates, change.certificates);
  changeTable(live.traffic, change.traffic);
  changeTable(live.operations, change.operations);
  changeTable(live.work, change.work);
  changeTable(live.pending, change.pending);
  changeTable(live.drills, change.drills);
  changeTable(live.alerts, change.alerts);
  changeTable(live.receivers, change.receivers);
}

function changeTable<Row extends ViewRow>(table: Signal<readonly Row[]>, change: TableChange<Row> | undefined): void {
  if (change !== undefined) table.value = changedTable(table.value, change);
}
