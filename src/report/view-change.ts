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

/** A view made table by table. What is done with every table is done through this, so that none is left out. */
function viewOf(make: <Table extends TableName>(table: Table) => readonly ViewTables[Table][]): EdgeView {
  return {
    look: make('look'),
    holdings: make('holdings'),
    problems: make('problems'),
    vips: make('vips'),
    balancers: make('balancers'),
    backends: make('backends'),
    nameservers: make('nameservers'),
    webServers: make('webServers'),
    sites: make('sites'),
    certificates: make('certificates'),
    traffic: make('traffic'),
    operations: make('operations'),
    work: make('work'),
    pending: make('pending'),
    applies: make('applies'),
    drills: make('drills'),
    alerts: make('alerts'),
    receivers: make('receivers'),
  };
}

/**
 * A view after an update. A row that is as it was stays the same object, and a table of such rows the same array: nothing that follows from
 * it is made again, and of a large edge that is looked at each second nothing is held twice.
 */
export function updatedView(view: EdgeView, update: ViewUpdate): EdgeView {
  return viewOf((table) => settledTable(view[table], update[table]));
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
  const change: { [table: string]: TableChange<ViewRow> } = {};
  viewOf((table) => {
    const changed = changeOfTable(before[table], after[table]);
    if (changed !== undefined) change[table] = changed;
    return after[table];
  });
  return change;
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
  return viewOf((table) => rowsAfter(view[table], change[table]));
}

function rowsAfter<Row extends ViewRow>(rows: readonly Row[], change: TableChange<Row> | undefined): readonly Row[] {
  return change === undefined ? rows : changedTable(rows, change);
}
