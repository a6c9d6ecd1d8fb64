import { expect, test } from 'vitest';
import { emptyView, readView } from './edge-view.ts';
import { changedView, updatedView, viewChange } from './view-change.ts';

/** Each table and the keys of its rows when nothing is known yet. */
const tables = Object.entries(emptyView).map(([table, rows]) => ({ table, keys: rows.map(({ key }) => key) }));

test.each(tables)('a row of $table is put, told, and is there where it was told', ({ table, keys }) => {
  const rows = [{ key: 'one', word: 'first' }];
  const put = readView({ [table]: rows });
  if (put === undefined) throw new Error('no view');
  const after = updatedView(emptyView, put);
  expect(after).toEqual({ ...emptyView, [table]: rows });
  const change = viewChange(emptyView, after);
  expect(change).toEqual({ [table]: { set: rows, gone: keys } });
  expect(changedView(emptyView, change)).toEqual(after);
  expect(viewChange(after, emptyView)).toMatchObject({ [table]: { gone: ['one'] } });
});
