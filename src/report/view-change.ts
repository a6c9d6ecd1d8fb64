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

/**
 * A view after an update. A row that is as it was stays the same object, and a table of such rows the same array: nothing that follows from
 * it is made again, and of a large edge that is looked at each second nothing is held twice.
 */
export function updatedView(view: EdgeView, update: ViewUpdate): EdgeView {
  return {
    look: settledTable(view.look, update.look),
    holdings: settledTable(view.holdings, update.holdings),
    problems: settledTable(view.problems, update.problems),
    vips: settledTable(view.vips, update.vips),
    balancers: settledTable(view.balancers, update.balancers),
    backends: settledTable(view.backends, update.backends),
    nameservers: settledTable(view.nameservers, update.nameservers),
    webServers: settledTable(view.webServers, update.webServers),
    sites: settledTable(view.sites, update.sites),
    certificates: settledTable(view.certificates, update.certificates),
    traffic: settledTable(view.traffic, update.traffic),
    operations: settledTable(view.operations, update.operations),
    work: settledTable(view.work, update.work),
    pending: settledTable(view.pending, update.pending),
    applies: settledTable(view.applies, update.applies),
    drills: settledTable(view.drills, update.drills),
    alerts: settledTable(view.alerts, update.alerts),
    receivers: settledTable(view.receivers, update.receivers),
  };
}

function settledTable<Row extends ViewRow>(before: readonly Row[], after: readonly Row[] | undefined): readonly Row[] {
  if (after === undefined || after === before) return before;
  const old = finder(before);
  const rows = after.map((row, index) => {
    const was = old(row.key, index);
    return was !== undefined && sameValue(was, row) ? was : row;
  });
  return rows.length === before.length && rows.every((row, index) => row === before[index]) ? before : rows;
}

/** The tables that differ between a view and what `updatedView` made of it. The order of rows is no difference. */
export function viewChange(before: EdgeView, after: EdgeView): ViewChange {
  return {
    ...named('look', changeOfTable(before.look, after.look)),
    ...named('holdings', changeOfTable(before.holdings, after.holdings)),
    ...named('problems', changeOfTable(before.problems, after.problems)),
    ...named('vips', changeOfTable(before.vips, after.vips)),
    ...named('balancers', changeOfTable(before.balancers, after.balancers)),
    ...named('backends', changeOfTable(before.backends, after.backends)),
    ...named('nameservers', changeOfTable(before.nameservers, after.nameservers)),
    ...named('webServers', changeOfTable(before.webServers, after.webServers)),
    ...named('sites', changeOfTable(before.sites, after.sites)),
    ...named('certificates', changeOfTable(before.certificates, after.certificates)),
    ...named('traffic', changeOfTable(before.traffic, after.traffic)),
    ...named('operations', changeOfTable(before.operations, after.operations)),
    ...named('work', changeOfTable(before.work, after.work)),
    ...named('pending', changeOfTable(before.pending, after.pending)),
    ...named('applies', changeOfTable(before.applies, after.applies)),
    ...named('drills', changeOfTable(before.drills, after.drills)),
    ...named('alerts', changeOfTable(before.alerts, after.alerts)),
    ...named('receivers', changeOfTable(before.receivers, after.receivers)),
  };
}

/** How a table differs from what it was; undefined: not at all. What is the same is the same object. */
function changeOfTable<Row extends ViewRow>(
  before: readonly Row[],
  after: readonly Row[],
): TableChange<Row> | undefined {
  if (before === after) return undefined;
  const [old, now] = [finder(before), finder(after)];
  const set = after.filter((row, index) => old(row.key, index) !== row);
  const gone = before.filter((row, index) => now(row.key, index) === undefined).map(({ key }) => key);
  return set.length === 0 && gone.length === 0 ? undefined : { set, gone };
}

function named(table: TableName, change: TableChange<ViewRow> | undefined): ViewChange {
  return change === undefined ? {} : { [table]: change };
}

/** Finds rows of a table by their key; at once where they are in the place that is guessed, as nearly all are from look to look. */
function finder<Row extends ViewRow>(rows: readonly Row[]): (key: string, guess: number) => Row | undefined {
  let byKey: ReadonlyMap<string, Row> | undefined;
  return (key, guess) => {
    const there = rows[guess];
    if (there?.key === key) return there;
    byKey ??= new Map(rows.map((row) => [row.key, row]));
    return byKey.get(key);
  };
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
