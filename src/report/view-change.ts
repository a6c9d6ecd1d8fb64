import { sameValue } from '../base/same-value.ts';
import type { EdgeView, TableName, ViewRow, ViewTables } from './edge-view.ts';

/** Rows of one table that are new or different, and the keys of those that are gone. */
export interface TableChange<Row extends ViewRow> {
  readonly set: readonly Row[];
  readonly gone: readonly string[];
}

/** What is different between two views: only tables that changed are there. */
export type ViewChange = { readonly [Table in TableName]?: TableChange<ViewTables[Table]> };

/** A view that is to become the current one, table by table: those that are left out stay as they are. */
export type ViewUpdate = { readonly [Table in TableName]?: EdgeView[Table] };

/** How a table differs from what it was; undefined: not at all. The order of rows is no difference. */
export function changeOfTable<Row extends ViewRow>(
  before: readonly Row[],
  after: readonly Row[],
): TableChange<Row> | undefined {
  // A table that was not touched is the same array.
  if (before === after) return undefined;
  const old = new Map(before.map((row) => [row.key, row]));
  const set = after.filter((row) => {
    const was = old.get(row.key);
    old.delete(row.key);
    return was === undefined || !sameValue(was, row);
  });
  return set.length === 0 && old.size === 0 ? undefined : { set, gone: [...old.keys()] };
}

/** A table after a change: rows keep their place, new ones come last. */
function changedTable<Row extends ViewRow>(rows: readonly Row[], { set, gone }: TableChange<Row>): readonly Row[] {
  const fresh = new Map(set.map((row) => [row.key, row]));
  const leaving = new Set(gone);
  const kept = rows.flatMap((row) => {
    const now = fresh.get(row.key);
    fresh.delete(row.key);
    return now === undefined ? (leaving.has(row.key) ? [] : [row]) : [now];
  });
  return [...kept, ...fresh.values()];
}

/** A view after a change; tables that did not change stay the same arrays. */
export function changedView(view: EdgeView, change: ViewChange): EdgeView {
  return {
    look: rowsAfter(view.look, change.look),
    holdings: rowsAfter(view.holdings, change.holdings),
    problems: rowsAfter(view.problems, change.problems),
    vips: rowsAfter(view.vips, change.vips),
    balancers: rowsAfter(view.balancers, change.balancers),
    backends: rowsAfter(view.backends, change.backends),
    nameservers: rowsAfter(view.nameservers, change.nameservers),
    webServers: rowsAfter(view.webServers, change.webServers),
    sites: rowsAfter(view.sites, change.sites),
    certificates: rowsAfter(view.certificates, change.certificates),
    traffic: rowsAfter(view.traffic, change.traffic),
    operations: rowsAfter(view.operations, change.operations),
    work: rowsAfter(view.work, change.work),
    pending: rowsAfter(view.pending, change.pending),
    applies: rowsAfter(view.applies, change.applies),
    drills: rowsAfter(view.drills, change.drills),
    alerts: rowsAfter(view.alerts, change.alerts),
    receivers: rowsAfter(view.receivers, change.receivers),
  };
}

function rowsAfter<Row extends ViewRow>(rows: readonly Row[], change: TableChange<Row> | undefined): readonly Row[] {
  return change === undefined ? rows : changedTable(rows, change);
}
