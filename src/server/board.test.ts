import { describe, expect, test } from 'vitest';
import type { WorkRow } from '../report/edge-view.ts';
import type { TimelineEvent } from '../report/timeline-event.ts';
import { type BoardNews, makeBoard } from './board.ts';

const at = '2026-11-29T12:00:00.000Z';

function emptyBoard() {
  let id = 0;
  return makeBoard({
    now: () => new Date(at),
    keep: (events) => events.map((event) => ({ ...event, id: (id += 1) })),
  });
}

const look = (ms: number) => ({ look: [{ key: 'look', state: 'fresh', at, ms }] }) as const;
const work: WorkRow = { key: '1', title: 't', operator: 'ann', reason: 'r', state: 'done', startedAt: at, note: '' };
const event: TimelineEvent = { at, kind: 'controller', severity: 'info', subject: 's', text: 't' };

describe('the board', () => {
  test('what a listener puts is told to all after what it follows from', () => {
    const board = emptyBoard();
    const told: BoardNews[] = [];
    board.subscribe(({ change }) => {
      if (change.look !== undefined) board.put({ work: [work] });
    });
    board.subscribe((news) => told.push(news));
    board.put(look(1));
    expect(told.map(({ revision, change }) => [revision, Object.keys(change)])).toEqual([
      [1, ['look']],
      [2, ['work']],
    ]);
    expect(board.since(0)).toEqual(told);
  });

  test('a listener that fails keeps the next news from nobody', () => {
    const board = emptyBoard();
    const told: number[] = [];
    let fails = 1;
    board.subscribe(() => {
      fails -= 1;
      if (fails === 0) throw new Error('a bug');
    });
    board.subscribe(({ revision }) => told.push(revision));
    expect(() => board.put(look(1))).toThrow('a bug');
    board.put(look(2));
    expect(told).toEqual([2]);
  });

  test('what is as it was is no news', () => {
    const board = emptyBoard();
    board.put(look(1));
    board.put(look(1));
    board.put({});
    board.tell([]);
    expect(board.revision()).toBe(1);
  });

  test('who was away gets what was missed, or must begin anew', () => {
    const board = emptyBoard();
    for (let ms = 1; ms <= 1_100; ms += 1) board.put(look(ms));
    expect(board.since(1_100)).toEqual([]);
    expect(board.since(1_098)?.map(({ revision }) => revision)).toEqual([1_099, 1_100]);
    expect(board.since(5)).toBeUndefined();
    expect(board.since(9_999)).toBeUndefined();
  });

  test('of looks with thousands of rows only a few are remembered', () => {
    const board = emptyBoard();
    const rows = (tick: number): readonly WorkRow[] =>
      Array.from({ length: 3_000 }, (_, index) => ({ ...work, key: String(index), note: String(tick) }));
    for (let tick = 1; tick <= 50; tick += 1) board.put({ work: rows(tick) });
    expect(board.since(49)).toHaveLength(1);
    expect(board.since(47)).toHaveLength(3);
    expect(board.since(45)).toBeUndefined();
    // One that is larger than all that is remembered is remembered all the same: it is the last.
    board.put({ work: Array.from({ length: 30_000 }, (_, index) => ({ ...work, key: `n${index}` })) });
    expect(board.since(50)).toHaveLength(1);
    expect(board.since(49)).toBeUndefined();
  });

  test('nobody is told after they left', () => {
    const board = emptyBoard();
    const told: BoardNews[] = [];
    const leave = board.subscribe((news) => told.push(news));
    board.tell([event]);
    leave();
    board.tell([event]);
    expect(told.map(({ events }) => events.map(({ id }) => id))).toEqual([[1]]);
  });
});
