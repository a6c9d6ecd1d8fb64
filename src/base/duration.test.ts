import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from './duration.ts';
import { parseSize } from './size.ts';

describe('durations', () => {
  it.each([
    ['200ms', 200],
    ['5s', 5000],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
    ['30d', 2_592_000_000],
    ['0s', 0],
  ])('reads %s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', '5', 's', '5 s', '-5s', '5S', '1:30', '5s ', '1e3s', '.5s', '5m30s', 'Infinitys'])(
    'refuses %j',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );

  it.each([
    [0, '0ms'],
    [999, '999ms'],
    [1500, '1500ms'],
    [60_000, '1m'],
    [90_000, '90s'],
    [86_400_000, '1d'],
  ])('writes %i ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('reads what it writes', () => {
    fc.assert(fc.property(fc.nat(), (ms) => parseDuration(formatDuration(ms)) === ms));
  });
});

describe('sizes', () => {
  it.each([
    ['1k', 1024],
    ['32m', 33_554_432],
    ['10G', 10_737_418_240],
  ])('reads %s', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each(['', '32', 'm', '32 m', '32mb', '-1m', '1.5m'])('refuses %j', (text) => {
    expect(parseSize(text)).toBeUndefined();
  });
});
