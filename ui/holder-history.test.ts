import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type HoldingRow, emptyView } from '../src/report/edge-view.ts';
import type { NumberedEvent } from '../src/report/timeline-event.ts';
import { eventsBetween } from '../src/report/view-events.ts';
import { watchBegins } from '../src/report/watch-gap.ts';
import { holderHistory } from './holder-history.ts';

const minute = 60_000;
const start = Date.parse('2026-11-29T12:00:00.000Z');
const time = (minutes: number): string => new Date(start + minutes * minute).toISOString();

function row(holders: readonly string[], since = 0): HoldingRow {
  return { key: 'vip1', addresses: [], preferred: 'lb1', holders, silent: [], since: time(since) };
}

/** The events of a VIP that is held by these from these minutes on. */
function eventsOf(steps: readonly (readonly [number, readonly string[]])[]): readonly NumberedEvent[] {
  return steps.flatMap(([at, holders], index) =>
    eventsBetween(
      { ...emptyView, holdings: [row(steps[index - 1]?.[1] ?? ['lb1'])] },
      { ...emptyView, holdings: [row(holders)] },
      time(at),
    ).map((event) => ({ ...event, id: index })),
  );
}

const hour = { from: start, until: start + 60 * minute };

function inMinutes(pieces: ReturnType<typeof holderHistory>) {
  return pieces.map(({ from, until, holders }) => [(from - start) / minute, (until - start) / minute, holders]);
}

describe('who held a VIP', () => {
  test('without an event: whoever holds it, since it is watched', () => {
    expect(inMinutes(holderHistory(row(['lb1'], 20), [], hour))).toEqual([
      [0, 20, undefined],
      [20, 60, ['lb1']],
    ]);
  });

  test('a move and the way back', () => {
    const events = eventsOf([
      [10, ['lb2']],
      [25, ['lb1']],
    ]);
    expect(inMinutes(holderHistory(row(['lb1'], 25), events, hour))).toEqual([
      [0, 10, ['lb1']],
      [10, 25, ['lb2']],
      [25, 60, ['lb1']],
    ]);
  });

  test('nobody, and two at once, are not the same as not known', () => {
    const events = eventsOf([
      [10, []],
      [20, ['lb1', 'lb2']],
    ]);
    expect(inMinutes(holderHistory(row(['lb1', 'lb2'], 20), events, hour)).slice(1)).toEqual([
      [10, 20, []],
      [20, 60, ['lb1', 'lb2']],
    ]);
  });

  test('events before the time that is shown tell who held it at its begin', () => {
    const events = eventsOf([
      [-90, ['lb2']],
      [70, ['lb1']],
    ]);
    expect(inMinutes(holderHistory(row(['lb2'], -90), events, hour))).toEqual([[0, 60, ['lb2']]]);
  });

  test('not while nobody watched, though it was moved then, nor when the same one holds it again', () => {
    const again = (from: number, to: number, holders: readonly string[]) =>
      watchBegins(time(to), [row(holders)], { until: time(from), holdings: [row(['lb1'])] }).map((event, id) => ({
        ...event,
        id: 10 * to + id,
      }));
    const lb1: readonly (readonly [number, readonly string[]])[] = [
      [-10, ['lb2']],
      [0, ['lb1']],
    ];
    expect(inMinutes(holderHistory(row(['lb2'], 50), [...eventsOf(lb1), ...again(30, 50, ['lb2'])], hour))).toEqual([
      [0, 30, ['lb1']],
      [30, 50, undefined],
      [50, 60, ['lb2']],
    ]);
    // What happened before the time that is shown is not needed.
    const twice = [...again(10, 20, ['lb1']), ...again(30, 40, ['lb1'])];
    expect(inMinutes(holderHistory(row(['lb1'], 40), twice, hour))).toEqual([
      [0, 10, ['lb1']],
      [10, 20, undefined],
      [20, 30, ['lb1']],
      [30, 40, undefined],
      [40, 60, ['lb1']],
    ]);
  });

  test('always in order, without gaps, from the begin to the end', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: -30, max: 90 }), fc.constantFrom(['lb1'], ['lb2'], [])));
    fc.assert(
      fc.property(steps, fc.integer({ min: -100, max: 100 }), (given, since) => {
        const sorted = given.toSorted((a, b) => a[0] - b[0]);
        const pieces = holderHistory(row(['lb1'], since), eventsOf(sorted), hour);
        expect(pieces[0]?.from).toBe(hour.from);
        expect(pieces.at(-1)?.until).toBe(hour.until);
        for (const [index, piece] of pieces.entries()) {
          expect(piece.until).toBeGreaterThan(piece.from);
          if (index > 0) expect(piece.from).toBe(pieces[index - 1]?.until);
        }
      }),
    );
  });
});
