import { counted } from '../src/base/counted.ts';
import { listFirst } from '../src/base/list-first.ts';
import { expect, test } from 'vitest';
import { isFound } from './find.ts';
import { troubleFirst, type Tone } from './tone.ts';
import { duration, promise, rate, when } from './words.ts';

test.each([
  [-1, 'until it is repaired'],
  [0.4, '0 ms'],
  [999, '999 ms'],
  [3200, '3.2 s'],
  [45_000, '45 s'],
  [120_000, '2 min'],
  [7_200_000, '2 h'],
  [72 * 3_600_000, '3 days'],
])('%d ms is %s', (ms, words) => expect(duration(ms)).toBe(words));

test.each([
  [0, '0'],
  [0.44, '0.4'],
  [12.4, '12'],
  [1234, '1.2 k'],
])('a rate of %d is %s', (perSecond, words) => expect(rate(perSecond)).toBe(words));

test('a promise is one of no loss, of a time, or of none', () => {
  expect(promise(0)).toBe('No request fails and no connection breaks.');
  expect(promise(3200)).toBe('Promised outage: at most 3.2 s.');
  expect(promise(-1)).toBe('Promised outage: until it is repaired.');
});

test('lists and counts', () => {
  expect(listFirst(['a', 'b', 'c'], 2)).toBe('a, b and 1 more');
  expect(listFirst(['a', 'b'], 2)).toBe('a, b');
  expect([counted(1, 'host'), counted(2, 'host'), counted(2, 'host differs', 'hosts differ')]).toEqual([
    '1 host',
    '2 hosts',
    '2 hosts differ',
  ]);
});

test('today is a clock time, another day has its date', () => {
  const now = new Date(2026, 10, 29, 15, 0, 0);
  const at = (day: number): string => new Date(2026, 10, day, 9, 5, 7).toISOString();
  expect(when(at(29), now.getTime())).toMatch(/^0?9:05:07/);
  expect(when(at(28), now.getTime())).toMatch(/28.*0?9:05:07/);
});

test.each([
  ['', true],
  ['web', true],
  ['WEB2 down', true],
  ['down web2', true],
  ['web3', false],
  ['web2 up', false],
])('"%s" is found in "web2:80 is down": %s', (wanted, found) => {
  expect(isFound('web2:80 is down', wanted)).toBe(found);
});

test('what is wrong comes first, the rest stays in order', () => {
  const rows: readonly (readonly [string, Tone])[] = [
    ['a', 'good'],
    ['b', 'bad'],
    ['c', 'good'],
    ['d', 'warn'],
    ['e', 'unknown'],
  ];
  expect(troubleFirst(rows, ([, tone]) => tone).map(([name]) => name)).toEqual(['b', 'd', 'e', 'a', 'c']);
});
