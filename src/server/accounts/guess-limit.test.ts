import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeGuessLimit } from './guess-limit.ts';

const rules = { free: 3, firstMs: 1_000, longestMs: 8_000, forgetMs: 60_000, most: 4 };

test('some failures are free; then each one doubles the wait, up to the longest', () => {
  const limit = makeGuessLimit(rules);
  const waits = Array.from({ length: 9 }, () => {
    limit.count('ann', 0);
    return limit.waitMs('ann', 0);
  });
  expect(waits).toEqual([0, 0, 0, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
});

test('a wait ends, and the next failure waits longer', () => {
  const limit = makeGuessLimit(rules);
  for (let failure = 0; failure < 4; failure += 1) limit.count('ann', 0);
  expect([limit.waitMs('ann', 999), limit.waitMs('ann', 1_000)]).toEqual([1, 0]);
  limit.count('ann', 1_000);
  expect(limit.waitMs('ann', 1_000)).toBe(2_000);
});

test('one key does not wait for another', () => {
  const limit = makeGuessLimit(rules);
  for (let failure = 0; failure < 9; failure += 1) limit.count('ann', 0);
  expect(limit.waitMs('bob', 0)).toBe(0);
});

test('what is taken back takes others with it only when it is the last', () => {
  const limit = makeGuessLimit(rules);
  for (let failure = 0; failure < 5; failure += 1) limit.count('here', 0);
  limit.takeBack('here');
  expect(limit.waitMs('here', 0)).toBe(1_000);
  limit.forget('here');
  expect([limit.waitMs('here', 0), limit.size()]).toEqual([0, 0]);
  limit.count('here', 0);
  limit.takeBack('here');
  limit.takeBack('nobody');
  expect(limit.size()).toBe(0);
});

test('a key that was quiet long enough begins anew', () => {
  const limit = makeGuessLimit(rules);
  for (let failure = 0; failure < 9; failure += 1) limit.count('ann', 0);
  expect(limit.waitMs('ann', 60_000)).toBe(0);
  limit.count('ann', 60_000);
  expect(limit.waitMs('ann', 60_000)).toBe(0);
});

test('memory is bounded: the key that failed longest ago is forgotten first', () => {
  const limit = makeGuessLimit(rules);
  for (let failure = 0; failure < 5; failure += 1) limit.count('ann', 0);
  for (const key of ['a', 'b', 'c']) limit.count(key, 1);
  limit.count('ann', 2);
  limit.count('d', 3);
  expect([limit.size(), limit.waitMs('ann', 3) > 0]).toEqual([4, true]);
  for (let key = 0; key < 1_000; key += 1) limit.count(String(key), 4);
  expect([limit.size(), limit.waitMs('ann', 4)]).toEqual([4, 0]);
});

test('a wait is never negative nor longer than the longest, whatever happens', () => {
  const step = fc.record({ key: fc.constantFrom('a', 'b'), ms: fc.nat(5_000), does: fc.constantFrom('count', 'back') });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const limit = makeGuessLimit(rules);
      let now = 0;
      for (const { key, ms, does } of steps) {
        now += ms;
        if (does === 'count') limit.count(key, now);
        else limit.takeBack(key);
        const wait = limit.waitMs(key, now);
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(rules.longestMs);
        expect(limit.size()).toBeLessThanOrEqual(rules.most);
      }
    }),
  );
});
