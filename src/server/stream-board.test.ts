import { Hono } from 'hono';
import { expect, onTestFinished, test } from 'vitest';
import type { WorkRow } from '../report/edge-view.ts';
import { makeBoard } from './board.ts';
import { changedView, type ViewChange } from '../report/view-change.ts';
import type { EdgeView } from '../report/edge-view.ts';
import type { NumberedEvent, TimelineEvent } from '../report/timeline-event.ts';
import { boardStreams } from './stream-board.ts';

const at = '2026-11-29T12:00:00.000Z';

/** Rows that count how often they are written out. */
function countedRows(count: number, note: string) {
  const counter = { written: 0 };
  const rows = Array.from({ length: count }, (_, index): WorkRow => {
    const row = { title: 't', operator: 'o', reason: 'r', state: 'done', startedAt: at, note } as const;
    const toJSON = { value: () => ((counter.written += 1), { ...row, key: String(index) }) };
    return Object.defineProperties({ ...row, key: String(index) }, { toJSON });
  });
  return { counter, rows };
}

function world() {
  let id = 0;
  const keep = (events: readonly TimelineEvent[]): readonly NumberedEvent[] =>
    events.map((event) => ({ ...event, id: (id += 1) }));
  const board = makeBoard({ now: () => new Date(at), keep });
  const ends = new AbortController();
  onTestFinished(() => ends.abort());
  const stream = boardStreams({ board, boot: 'b', signal: ends.signal });
  const app = new Hono();
  app.get('/', (context) => {
    const last = context.req.query('last') ?? '';
    return stream(context, { last, admitted: () => true, snapshot: () => ({ view: board.view() }) });
  });
  return { board, open: async (last = '') => reader(await app.request(`/?last=${last}`)) };
}

/** Reads message by message, and not ahead. */
function reader(answer: Response) {
  const chunks = (answer.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return async (): Promise<{ readonly event: string; readonly id: string; readonly data: unknown }> => {
    while (!text.includes('\n\n')) text += (await chunks.read()).value ?? '';
    const message = text.slice(0, text.indexOf('\n\n'));
    text = text.slice(message.length + 2);
    const field = (name: string): string => new RegExp(`^${name}: ?(.*)$`, 'm').exec(message)?.[1] ?? '';
    return { event: field('event'), id: field('id'), data: JSON.parse(field('data')) };
  };
}

test('news are written out once for all browsers, and a row that did not change not at all', async () => {
  const { board, open } = world();
  const next = await Promise.all([open(), open(), open()]);
  expect((await Promise.all(next.map((read) => read()))).map(({ event }) => event)).toEqual(['all', 'all', 'all']);

  const { counter, rows } = countedRows(100, 'n');
  board.put({ work: rows });
  const news = await Promise.all(next.map((read) => read()));
  expect(new Set(news.map(({ id }) => id))).toEqual(new Set(['b-1']));
  expect(counter.written).toBe(100);

  const again = countedRows(100, 'n');
  const changed = countedRows(1, 'm');
  board.put({ work: [...changed.rows, ...again.rows.slice(1)] });
  const more = await Promise.all(next.map((read) => read()));
  expect(more.map(({ data }) => data)).toEqual(
    next.map(() => [
      { revision: 2, change: { work: { set: [expect.objectContaining({ note: 'm' })], gone: [] } }, events: [] },
    ]),
  );
  expect([counter.written, again.counter.written, changed.counter.written]).toEqual([100, 0, 1]);
});

test('nothing waits for a browser that does not read: it gets what it missed once, as it is then', async () => {
  const { board, open } = world();
  const read = await open();
  expect(await read()).toMatchObject({ event: 'all', id: 'b-0' });
  const looks = Array.from({ length: 20 }, (_, look) => countedRows(100, String(look)));
  for (const { rows } of looks) {
    board.put({ work: rows });
    // Streams that would write each look have time to.
    await new Promise((turn) => setImmediate(turn));
  }
  let message = await read();
  while (message.id !== 'b-20') message = await read();
  expect(message.data).toMatchObject([{ revision: 20, change: { work: { set: { length: 100 } } } }]);
  // The first of them was on its way when the browser began not to read.
  const written = looks.map(({ counter }) => counter.written);
  expect(written.filter((count) => count > 0).length).toBeLessThanOrEqual(4);
  expect(written.at(-1)).toBe(100);
});

test('who comes back says its last id, and gets what it missed; an id of another server gets everything', async () => {
  const { board, open } = world();
  board.put({ work: countedRows(2, 'a').rows });
  board.put({ look: [{ key: 'look', state: 'fresh', at, ms: 1 }] });
  expect(await (await open('b-1'))()).toMatchObject({ event: 'news', id: 'b-2', data: [{ change: { look: {} } }] });
  for (const last of ['c-1', 'b-9', 'b-x'])
    expect(await (await open(last))()).toMatchObject({ event: 'all', id: 'b-2' });
});

test.each([
  ['few events: what it missed', 60, 'news'],
  ['events without end: everything', 3_600, 'all'],
] as const)(
  'who slept an hour in which all changed each second, with %s, as it is now',
  async (_what, events, kind) => {
    const { board, open } = world();
    const row = (key: number, note: string): WorkRow => ({
      key: String(key),
      title: 't',
      operator: 'o',
      reason: 'r',
      state: 'done',
      startedAt: at,
      note,
    });
    board.put({ work: Array.from({ length: 50 }, (_row, key) => row(key, 'before')) });
    const asleep: EdgeView = board.view();
    for (let second = 1; second <= 3_600; second += 1) {
      // Rows come, change and go; two of three are there at any time.
      const keys = Array.from({ length: 50 }, (_row, key) => key).filter((key) => (key + second) % 3 > 0);
      board.put({
        work: keys.map((key) => row(key, `second ${second}`)),
        look: [{ key: 'look', state: 'fresh', at, ms: second }],
      });
      if (second % (3_600 / events) === 0) {
        board.tell([{ at, kind: 'controller', severity: 'info', subject: 's', text: `event at ${second}` }]);
      }
    }
    const { event, data } = await (await open('b-1'))();
    expect(event).toBe(kind);
    if (kind === 'all') return expect(data).toEqual(JSON.parse(JSON.stringify({ view: board.view() })));
    const news: readonly { readonly change: ViewChange; readonly events: readonly NumberedEvent[] }[] = JSON.parse(
      JSON.stringify(data),
    );
    expect(news.reduce((view, { change }) => changedView(view, change), asleep)).toEqual(board.view());
    expect(news.flatMap((one) => one.events)).toHaveLength(events);
    // An hour of news is not longer than what is there now.
    expect(JSON.stringify(data).length).toBeLessThan(2 * JSON.stringify(board.view()).length + 200 * events);
  },
);
