import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstFailback, judgeFailback, watchedMs, type FailbackLook, type FailbackState } from './judge-failback.ts';

const times = { afterMs: 5000, longestMs: 60_000, memoryMs: 600_000 };
const at = (now: number, more: Partial<FailbackLook> = {}): FailbackLook => ({
  now,
  settling: true,
  well: true,
  home: false,
  ...more,
});

describe('a balancer that returned', () => {
  test('has its VIPs back once it was well for the whole time', () => {
    let state: FailbackState = firstFailback;
    for (const now of [0, 1000, 4999]) {
      const judged = judgeFailback(state, at(now), times);
      expect(judged.verdict).toBe('wait');
      ({ state } = judged);
    }
    expect(judgeFailback(state, at(5000), times)).toMatchObject({ verdict: 'return', state: { returns: 1 } });
  });

  test('is watched anew when it was not well in between', () => {
    const { state } = judgeFailback({ wellSince: 0, returns: 0 }, at(4000, { well: false }), times);
    expect(judgeFailback(state, at(5000), times)).toMatchObject({ verdict: 'wait', leftMs: 5000 });
  });

  test('that holds its VIPs already stays in service, and it counts as no return', () => {
    const judged = judgeFailback({ wellSince: 0, returns: 3 }, at(100, { home: true }), times);
    expect(judged).toMatchObject({ verdict: 'stay', state: { returns: 3 } });
    expect(judgeFailback(firstFailback, at(100, { home: true, well: false }), times).verdict).toBe('wait');
  });

  test('is left alone when it is in service', () => {
    expect(judgeFailback(firstFailback, at(9000, { settling: false }), times).verdict).toBe('wait');
  });

  test('is watched twice as long each time, up to the limit', () => {
    expect([0, 1, 2, 3, 4, 99].map((returns) => watchedMs(times, returns))).toEqual([
      5000, 10_000, 20_000, 40_000, 60_000, 60_000,
    ]);
  });
});

test('never returns sooner than the time it has to be well, whatever happens before', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ step: fc.integer({ min: 1, max: 3000 }), well: fc.boolean(), settling: fc.boolean() })),
      (looks) => {
        let state: FailbackState = firstFailback;
        let now = 0;
        let wellFor = 0;
        for (const { step, well, settling } of looks) {
          now += step;
          wellFor = well && settling ? wellFor + step : 0;
          const { returns } = state;
          const judged = judgeFailback(state, { now, well, settling, home: false }, times);
          if (judged.verdict === 'return') expect(wellFor).toBeGreaterThan(watchedMs(times, returns) - 1);
          ({ state } = judged);
        }
      },
    ),
  );
});
