import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { thrownFault } from '../../test/kit/thrown-fault.ts';
import { emptyView } from '../report/edge-view.ts';
import type { TimelineEvent } from '../report/timeline-event.ts';
import { type EdgeHistory, openEdgeHistory } from './edge-history.ts';

let path = '';
beforeEach(() => {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-timeline-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  path = join(directory, 'state', 'timeline.db');
});

function open(): EdgeHistory {
  const history = openEdgeHistory(path);
  onTestFinished(() => history.close());
  return history;
}

const event = (second: number, subject = 'vip1'): TimelineEvent => ({
  at: `2026-11-29T10:00:${String(second).padStart(2, '0')}.000Z`,
  kind: 'holder',
  severity: 'warning',
  subject,
  text: `${subject} moved`,
});

/** A file of evenkeel before operations could be done in part. */
const firstVersion = `
  CREATE TABLE event (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, kind TEXT NOT NULL, severity TEXT NOT NULL,
    subject TEXT NOT NULL, text TEXT NOT NULL, next TEXT, code TEXT
  ) STRICT;
  CREATE INDEX event_at ON event (at);
  CREATE TABLE view (at TEXT PRIMARY KEY, document BLOB NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE operation (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, operator TEXT NOT NULL, title TEXT NOT NULL,
    reason TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed', 'unknown')),
    note TEXT NOT NULL, ended_at TEXT
  ) STRICT;
  INSERT INTO event (at, kind, severity, subject, text)
    VALUES ('2026-11-29T10:00:01.000Z', 'holder', 'warning', 'vip1', 'vip1 moved');
  INSERT INTO operation VALUES
    (4, '2026-11-29T10:00:01.000Z', 'ann', 'Drain lb1', 'kernel update', 'done', 'drained', '2026-11-29T10:00:01.000Z');
  PRAGMA application_id = 1162564684;
  PRAGMA user_version = 1`;

test('events come back as they were, oldest first, after the file was closed', () => {
  const rich: TimelineEvent = { ...event(2), kind: 'problem', code: 'vip-moved', next: 'evenkeel status' };
  const first = openEdgeHistory(path);
  expect(first.addEvents([event(1), rich])).toEqual([
    { ...event(1), id: 1 },
    { ...rich, id: 2 },
  ]);
  first.close();
  const again = open();
  again.addEvents([event(3)]);
  expect(again.events({ limit: 10 })).toEqual([
    { ...event(1), id: 1 },
    { ...rich, id: 2 },
    { ...event(3), id: 3 },
  ]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test.each([
  [{ limit: 2 }, [4, 5]],
  [{ before: 4, limit: 2 }, [2, 3]],
  [{ from: event(2).at, until: event(4).at, limit: 10 }, [2, 3, 4]],
  [{ before: 1, limit: 10 }, []],
  [{ kind: 'holder', limit: 2 }, [4, 5]],
  [{ kind: 'problem', limit: 2 }, []],
] as const)('events asked for as %j', (query, ids) => {
  const history = open();
  history.addEvents([1, 2, 3, 4, 5].map((second) => event(second)));
  expect(history.events(query).map(({ id }) => id)).toEqual(ids);
});

test('the view of a time is the last one kept before it', () => {
  const history = open();
  const look = (at: string) => ({ ...emptyView, look: [{ key: 'look', state: 'fresh' as const, at }] });
  history.keepView(event(1).at, look('a'));
  history.keepView(event(5).at, look('b'));
  expect(history.viewAt(event(0).at)).toBeUndefined();
  expect(history.viewAt(event(4).at)).toEqual({ at: event(1).at, view: look('a') });
  expect(history.viewAt(event(9).at)).toEqual({ at: event(5).at, view: look('b') });
  history.forgetViews(event(3).at);
  expect(history.viewAt(event(4).at)).toBeUndefined();
});

test('until when somebody watched is kept', () => {
  const history = openEdgeHistory(path);
  expect(history.watchedUntil()).toBeUndefined();
  history.keepWatched(event(1).at);
  history.keepWatched(event(2).at);
  history.close();
  expect(open().watchedUntil()).toBe(event(2).at);
});

test('an operation is written down before it begins; one that ran when the controller ended is unknown', () => {
  const history = open();
  const asked = { at: event(1).at, operator: 'ann', title: 'Move vip1 to lb2', reason: 'kernel update' };
  const done = history.beginOperation(asked);
  history.endOperation(done, { at: event(2).at, state: 'done', note: 'moved in 40 ms' });
  const cut = history.beginOperation({ ...asked, operator: 'bob' });
  expect(history.operations(5).map(({ id, state }) => [id, state])).toEqual([
    [done, 'done'],
    [cut, 'running'],
  ]);
  expect(history.settleInterrupted(event(3).at)).toMatchObject([{ id: cut, operator: 'bob', state: 'unknown' }]);
  expect(history.settleInterrupted(event(4).at)).toEqual([]);
  expect(history.operations(1)).toEqual([
    {
      ...asked,
      id: cut,
      operator: 'bob',
      state: 'unknown',
      note: 'the controller ended while it ran',
      endedAt: event(3).at,
    },
  ]);
});

test('what a person asked for is read in a file of the first version, and one that is done in part is kept in it', () => {
  mkdirSync(dirname(path), { recursive: true });
  const old = new DatabaseSync(path);
  old.exec(firstVersion);
  old.close();
  const history = open();
  const { at } = event(1);
  const asked = { at, operator: 'ann', title: 'Drain web1:80', reason: 'kernel update' };
  const id = history.beginOperation(asked);
  history.endOperation(id, { at, state: 'partial', note: 'lb2 could not be told' });
  expect(history.operations(5)).toEqual([
    { ...asked, id: 4, title: 'Drain lb1', state: 'done', note: 'drained', endedAt: at },
    { ...asked, id: 5, state: 'partial', note: 'lb2 could not be told', endedAt: at },
  ]);
  expect(history.events({ limit: 5 })).toEqual([{ ...event(1), id: 1 }]);
  expect(history.watchedUntil()).toBeUndefined();
});

test('ten thousand events are kept, and all of a failed batch are left out', () => {
  const history = open();
  history.addEvents(Array.from({ length: 10_000 }, (_, index) => event(index % 60)));
  expect(history.events({ limit: 20_000 })).toHaveLength(10_000);
  // @ts-expect-error a text that is no text, as only a bug could bring
  expect(() => history.addEvents([event(1), { ...event(2), text: undefined }])).toThrow(/parameter/);
  expect(history.events({ limit: 20_000 })).toHaveLength(10_000);
});

test('a damaged file is refused and not touched', async () => {
  openEdgeHistory(path).close();
  writeFileSync(path, 'this is no database, and long enough to be read as one '.repeat(50));
  const before = readFileSync(path, 'utf8');
  const opening = new Promise((settle) => settle(openEdgeHistory(path)));
  expect(await thrownFault(opening)).toMatchObject({
    code: 'file-unreadable',
    message: `the timeline ${path} is damaged`,
    next: expect.stringContaining(`mv ${path}`),
  });
  expect(readFileSync(path, 'utf8')).toBe(before);
});
