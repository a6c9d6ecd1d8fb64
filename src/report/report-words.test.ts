import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { budgetInWords, lengthInWords, shareInWords, utcInWords, vipInWords } from './report-words.ts';

test.each([
  [100, '100 %'],
  [99.9999999, '99.999 %'],
  [99.9, '99.900 %'],
  [99.9537, '99.953 %'],
  [0, '0.000 %'],
  [null, 'unknown'],
])('a share of %j is %s', (percent, words) => {
  expect(shareInWords(percent)).toBe(words);
});

test('whatever failed, it is never called 100 %', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 99.999_999, noNaN: true }), (percent) => {
      expect(shareInWords(percent)).not.toBe('100 %');
      expect(Number.parseFloat(shareInWords(percent))).toBeLessThanOrEqual(percent + 1e-6);
    }),
  );
});

test.each([
  [0, '0 s'],
  [20, 'under 0.1 s'],
  [400, '0.4 s'],
  [9_949, '9.9 s'],
  [9_950, '10 s'],
  [59_400, '59 s'],
  [60_000, '1 min'],
  [250_000, '4 min 10 s'],
  [3_599_600, '1 h'],
  [7_500_000, '2 h 5 min'],
  [86_400_000, '24 h'],
  [270_000_000, '3 d 3 h'],
  [-48_000, '-48 s'],
])('%i ms is %s', (ms, words) => {
  expect(lengthInWords(ms)).toBe(words);
});

test('a VIP that is asked by IPv6 says so', () => {
  expect(vipInWords({ vip: 'vip1', family: 4 })).toBe('vip1');
  expect(vipInWords({ vip: 'vip1', family: 6 })).toBe('vip1 (IPv6)');
});

test('moments are in UTC, budgets say what is left', () => {
  expect(utcInWords(Date.UTC(2026, 10, 29, 12, 0, 5))).toBe('2026-11-29 12:00:05');
  expect(utcInWords('2026-11-29T12:00:05.999Z')).toBe('2026-11-29 12:00:05');
  const row = {
    vip: 'vip1',
    family: 4,
    site: 'shop',
    slo: 99.9,
    availability: 100,
    knownMs: 1,
    unknownMs: 0,
    outageMs: 0,
    longestGapMs: 0,
    medianMs: 1,
    verdict: 'met',
  } as const;
  expect(budgetInWords({ ...row, budgetMs: 2_592_000, budgetLeftMs: 600_000 })).toBe('43 min 12 s, 10 min left');
  expect(budgetInWords({ ...row, budgetMs: 2_592_000, budgetLeftMs: -600_000 })).toBe(
    '43 min 12 s, exceeded by 10 min',
  );
  expect(budgetInWords({ ...row, budgetMs: null, budgetLeftMs: null })).toBe('');
});
