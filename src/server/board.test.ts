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
    expect(board.since(0)).toEqual({ revision: 2, change: { ...told[0]?.change, ...told[1]?.change }, events: [] });
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

  test('who was away gets what was missed, as it is now', () => {
    const board = emptyBoard();
    for (let ms = 1; ms <= 1_100; ms += 1) board.put(look(ms));
    board.put({ work: [work, { ...work, key: '2' }] });
    board.put({ work: [{ ...work, key: '2', note: 'n' }] });
    expect(board.since(1_102)).toEqual({ revision: 1_102, change: {}, events: [] });
    expect(board.since(1_099)).toEqual({
      revision: 1_102,
      change: {
        look: { set: look(1_100).look, gone: [] },
        work: { set: [{ ...work, key: '2', note: 'n' }], gone: ['1'] },
      },
      events: [],
    });
    expect(board.since(1_101)?.change).toEqual({ work: { set: [{ ...work, key: '2', note: 'n' }], gone: ['1'] } });
    expect(board.since(0)?.change.look?.set).toEqual(look(1_100).look);
    expect(board.since(9_999)).toBeUndefined();
  });

  test('a row that is as it was stays the same, and so does its table', () => {
    const board = emptyBoard();
    board.put({ work: [work, { ...work, key: '2' }] });
    const { work: before } = board.view();
    board.put({ work: [{ ...work }, { ...work, key: '2' }] });
    expect(board.view().work).toBe(before);
    board.put({
      work: [
        { ...work, key: '2' },
        { ...work, note: 'n' },
      ],
    });
    expect(board.view().work.map((row) => before.includes(row))).toEqual([true, false]);
    expect(board.since(1)?.change).toEqual({ work: { set: [{ ...work, note: 'n' }], gone: [] } });
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
