import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { noKeptViews, thinViews, type ViewReason } from './view-thinning.ts';

/** The times that are left, when views are kept at these, in seconds. */
function left(views: readonly (readonly [second: number, why: ViewReason])[]): readonly number[] {
  let state = noKeptViews;
  const there = new Set<number>();
  for (const [second, why] of views) {
    const step = thinViews(state, { at: second * 1_000, why });
    state = step.views;
    there.add(second);
    if (step.gone !== undefined) there.delete(step.gone / 1_000);
  }
  return [...there];
}

/** From one second to another, each so many seconds. */
function each(
  seconds: number,
  [from, to]: readonly [number, number],
  why: ViewReason = 'other',
): [number, ViewReason][] {
  return Array.from({ length: Math.floor((to - from) / seconds) }, (_, index) => [from + index * seconds, why]);
}

const day = 86_400;

describe('views', () => {
  test('of a bad hour are all kept, however close they are', () => {
    const views = [...each(1, [0, 50]), ...each(1, [50, 200], 'change'), ...each(1, [3_000, 3_010])] as const;
    expect(left(views)).toHaveLength(views.length);
  });

  test('of a thing that flaps with each look for a day are few, and none is far from the next', () => {
    const times = left(each(3, [0, day]));
    expect(times.length).toBeLessThan(24 * 130);
    for (const [index, time] of times.entries()) expect(time - (times[index - 1] ?? 0)).toBeLessThanOrEqual(63);
  });

  test('of a VIP that flaps each second for a day are few too', () => {
    expect(left(each(1, [0, day], 'change')).length).toBeLessThan(24 * 310);
  });

  test('of a change of holders are kept while something else flaps', () => {
    const failover = [
      [4_000.2, 'change'],
      [4_000.4, 'change'],
    ] as const;
    const times = left([...each(3, [0, 4_000]), ...failover, ...each(3, [4_001, day])]);
    expect(times).toEqual(expect.arrayContaining(failover.map(([time]) => time)));
  });

  test('the newest is there, and before each moment one that is at most a minute older than the last that was', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 90 }), fc.constantFrom<ViewReason>('change', 'other')), {
          maxLength: 600,
        }),
        (steps) => {
          let at = 0;
          const views = steps.map(([pause, why]) => [(at += pause), why] as const);
          const kept = left(views);
          expect(kept.at(-1)).toBe(views.at(-1)?.[0]);
          for (const [time] of views) {
            const shown = kept.findLast((one) => one <= time) ?? Number.NEGATIVE_INFINITY;
            expect(time - shown).toBeLessThan(60);
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});
