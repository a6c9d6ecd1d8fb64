import { expect, test } from 'vitest';
import { sampleHolding, sampleView } from '../../test/kit/report-sample.ts';
import type { EdgeView } from '../report/edge-view.ts';
import type { DatedView } from '../report/report-spans.ts';
import { announceWatch } from './announce-watch.ts';
import { makeBoard } from './board.ts';

const began = 'the dashboard began to watch';
const noon = Date.parse('2026-11-29T12:00:00.000Z');
const afterNoon = (seconds: number): string => new Date(noon + seconds * 1000).toISOString();

/** A board whose clock the test moves, and what is kept of it. */
function watchedBoard(before?: { readonly until: string; readonly view: EdgeView }) {
  let seconds = 0;
  const said: string[] = [];
  const watched: string[] = before === undefined ? [] : [before.until];
  const now = (): Date => new Date(afterNoon(seconds));
  const controller = new AbortController();
  const board = makeBoard({
    now,
    keep: (events) => {
      said.push(...events.map(({ text }) => text));
      return events.map((event, id) => ({ ...event, id }));
    },
  });
  const viewAt = (at: string): DatedView | undefined => before && { at, view: before.view };
  const keepWatched = (at: string): void => void watched.push(at);
  announceWatch({
    board,
    keeper: { viewAt, watchedUntil: () => watched.at(-1), keepWatched },
    now,
    signal: controller.signal,
  });
  /** Resolves when what follows from it was told. */
  const put = async (at: number, update: Partial<EdgeView>): Promise<void> => {
    seconds = at;
    board.put(update);
    await Promise.resolve();
  };
  const look = async (at: number, state: 'fresh' | 'stale' = 'fresh'): Promise<void> =>
    put(at, { look: [{ key: 'look', state, at: afterNoon(at) }] });
  return { put, said, watched, look, end: () => controller.abort() };
}

const held = { holdings: [sampleHolding('vip1', ['lb2'])] };

test('it is kept about once a minute that somebody watches, and when something happens or all ends', async () => {
  const { put, said, watched, look, end } = watchedBoard();
  await look(0);
  expect([said, watched]).toEqual([[], []]);
  await put(1, held);
  expect([said, watched]).toEqual([[began], [afterNoon(1)]]);
  for (const second of [10, 40, 62, 70]) await look(second);
  expect(watched).toEqual([1, 62].map(afterNoon));
  await put(75, { holdings: [sampleHolding('vip1', ['lb1'])] });
  await look(80);
  end();
  expect(watched).toEqual([1, 62, 75, 80].map(afterNoon));
  expect(said.filter((text) => text.startsWith(began))).toEqual([began]);
});

test('a clock that was set back is followed', async () => {
  const { watched, look, put } = watchedBoard();
  await put(0, held);
  for (const second of [1, 2, -3_600, -3_590, -3_530]) await look(second);
  expect(watched).toEqual([1, -3_600, -3_530].map(afterNoon));
});

test('the next one says since when nobody watched, and who held what then', async () => {
  const until = afterNoon(-1200);
  const { put, said, look } = watchedBoard({ until, view: sampleView(['lb1']) });
  await look(0);
  await put(1, held);
  expect(said).toEqual([
    `${began}; nobody watched from ${until} to ${afterNoon(1)}`,
    `vip1 is held by lb2; it was last seen at ${until}, held by lb1`,
  ]);
});

test('after a sleep nothing is said before somebody was asked anew, and an end says nothing of it', async () => {
  const { put, said, watched, look, end } = watchedBoard();
  await put(0, held);
  await look(1);
  await put(7_000, { holdings: [sampleHolding('vip1', [])] });
  expect(said.filter((text) => text.startsWith(began))).toEqual([began]);
  await look(7_005);
  expect(said).toContain(`${began}; nobody watched from ${afterNoon(1)} to ${afterNoon(7_005)}`);
  await put(20_000, { holdings: [sampleHolding('vip1', ['lb1'])] });
  end();
  expect(watched.at(-1)).toBe(afterNoon(7_005));
});

test('a time of which nothing is known is no watch: the hosts could not be asked, or the computer slept', async () => {
  const { put, said, watched, look, end } = watchedBoard();
  await put(0, held);
  await look(0);
  await look(60);
  for (const second of [120, 180, 240, 300, 360, 420]) await look(second, 'stale');
  expect(watched).toEqual([0, 60].map(afterNoon));
  await look(500);
  await look(501);
  expect(said).toContain(`${began}; nobody watched from ${afterNoon(60)} to ${afterNoon(500)}`);
  await look(7_000);
  await look(7_001);
  expect(said).toContain(`${began}; nobody watched from ${afterNoon(500)} to ${afterNoon(7_000)}`);
  await look(7_030, 'stale');
  end();
  expect(watched.at(-1)).toBe(afterNoon(7_000));
});
