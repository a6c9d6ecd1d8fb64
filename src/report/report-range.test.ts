import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { monthBeside, monthName, readMonth, readRange } from './report-range.ts';

const now = Date.UTC(2026, 10, 29, 12, 30);

describe('a month', () => {
  test.each([
    ['', '2026-11-01T00:00:00.000Z', '2026-12-01T00:00:00.000Z'],
    ['2026-02', '2026-02-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z'],
    ['2024-02', '2024-02-01T00:00:00.000Z', '2024-03-01T00:00:00.000Z'],
    ['2025-12', '2025-12-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'],
  ])('%j is from %s to %s', (text, from, to) => {
    expect(readMonth(text, now)).toEqual({ ok: true, value: { from: Date.parse(from), to: Date.parse(to) } });
  });

  test.each([
    ['2026-13', 'is no month; write one like 2026-11'],
    ['2026-00', 'is no month'],
    ['2026-1', 'is no month'],
    ['november', 'is no month'],
    ['2026-12', 'has not begun'],
  ])('%j is refused: %s', (text, words) => {
    expect(readMonth(text, now)).toEqual({ ok: false, error: expect.stringContaining(`${text} ${words}`) });
  });

  test('months follow each other without a hole, and are called what was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1970, max: 2025 }), fc.integer({ min: 1, max: 11 }), (year, month) => {
        const name = (number: number): string => `${year}-${String(number).padStart(2, '0')}`;
        const [first, second] = [readMonth(name(month), now), readMonth(name(month + 1), now)];
        expect(first.ok && second.ok && first.value.to === second.value.from).toBe(true);
        if (first.ok) expect(monthName(first.value)).toBe(name(month));
      }),
    );
  });
});

test.each([
  ['2026-10', '2026-11', '2026-12'],
  ['2025-12', '2026-01', '2026-02'],
  ['2026-11', '2026-12', '2027-01'],
])('%s, %s and %s are beside each other', (before, month, after) => {
  expect([monthBeside(month, 'before'), monthBeside(month, 'after')]).toEqual([before, after]);
});

describe('a range', () => {
  test.each([
    ['2h', '', '2026-11-29T10:30:00.000Z', '2026-11-29T12:30:00.000Z'],
    ['90m', '30m', '2026-11-29T11:00:00.000Z', '2026-11-29T12:00:00.000Z'],
    ['2026-11-29T12:00:00Z', '2026-11-29T12:10Z', '2026-11-29T12:00:00.000Z', '2026-11-29T12:10:00.000Z'],
    ['2026-11-29 12:00', '2026-11-29 12:10:30', '2026-11-29T12:00:00.000Z', '2026-11-29T12:10:30.000Z'],
    ['2026-11-28', '2026-11-29', '2026-11-28T00:00:00.000Z', '2026-11-29T00:00:00.000Z'],
    ['2026-11-29T13:00:00.500+01:00', '', '2026-11-29T12:00:00.500Z', '2026-11-29T12:30:00.000Z'],
  ])('from %j to %j', (...[from, to, begin, end]) => {
    const range = readRange({ from, to }, now);
    expect(range.ok && [range.value.from, range.value.to]).toEqual([Date.parse(begin), Date.parse(end)]);
  });

  test.each([
    ['', '', 'nothing is no time'],
    ['yesterday', '', 'yesterday is no time; write one like'],
    ['2026-02-30', '', '2026-02-30 is no time'],
    ['2026-11-29T25:00Z', '', 'is no time'],
    ['2026-11-29T12:00:00ZZ', '', 'is no time'],
    ['1h', '2h', 'ends before it begins'],
    ['1h', '1h', 'ends before it begins'],
    ['2026-11-30', '2026-12-01', 'has not begun'],
    ['2020-01-01', '', 'longer than a year'],
    ['1h', '<b>', '<b> is no time'],
  ])('from %j to %j is refused: %s', (from, to, words) => {
    expect(readRange({ from, to }, now)).toEqual({ ok: false, error: expect.stringContaining(words) });
  });
});
