import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RequestRecord } from '../facts/drill-records.ts';
import { longestGap, quietGap, successEnds } from './gaps.ts';

const request: fc.Arbitrary<RequestRecord> = fc
  .record({
    start: fc.integer({ min: 0, max: 300 }),
    duration: fc.integer({ min: 0, max: 80 }),
    failure: fc.option(fc.constantFrom('refused', 'reset', 'no-answer'), { nil: undefined }),
  })
  .map(({ start, duration, failure }) => ({
    kind: 'request',
    stream: 'vip1',
    start,
    end: start + duration,
    failure,
    address: '',
    server: '',
  }));

/** For each moment, how long ago the last success was: the naive way, a millisecond at a time. */
function naiveGap(requests: readonly RequestRecord[], from: number, to: number): number {
  let worst = 0;
  for (let begin = 0; begin <= to; begin += 1) {
    const starts = begin === from || requests.some((one) => one.failure === undefined && one.end === begin);
    if (!starts) continue;
    let end = begin + 1;
    while (end < to && !requests.some((one) => one.failure === undefined && one.end === end)) end += 1;
    // One that began before the stretch counts when it reaches into it; nothing begins before the first success.
    if (end > from && end <= to) worst = Math.max(worst, end - begin);
  }
  return worst;
}

test('the longest gap is what a look at every millisecond finds', () => {
  fc.assert(
    fc.property(fc.array(request, { maxLength: 30 }), fc.integer({ min: 1, max: 100 }), (requests, from) => {
      const to = from + 150;
      const gap = longestGap(successEnds(requests), { from, to });
      expect(gap.to - gap.from).toBe(naiveGap(requests, from, to));
    }),
  );
});

test('the quiet gap is the longest between two successes in a row', () => {
  fc.assert(
    fc.property(fc.array(request, { maxLength: 30 }), (requests) => {
      const gap = quietGap(successEnds(requests), { from: 50, to: 250 });
      const ends = [...new Set(requests.filter((one) => one.failure === undefined).map((one) => one.end))].filter(
        (end) => end >= 50 && end <= 250,
      );
      const pairs = ends.flatMap((from) => {
        const next = ends.filter((end) => end > from);
        return next.length === 0 ? [] : [Math.min(...next) - from];
      });
      const few = requests.filter((one) => one.failure === undefined && one.end >= 50 && one.end <= 250).length < 2;
      expect(gap.to - gap.from).toBe(few ? 200 : Math.max(0, ...pairs));
    }),
  );
});

test('a gap that nothing ended lasts to the end of the stretch', () => {
  expect(longestGap([10, 20], { from: 15, to: 500 })).toEqual({ from: 20, to: 500 });
  expect(longestGap([], { from: 15, to: 500 })).toEqual({ from: 15, to: 500 });
});

test('a gap across the fault begins with the last success before it', () => {
  expect(longestGap([10, 90, 100], { from: 15, to: 100 })).toEqual({ from: 10, to: 90 });
});
