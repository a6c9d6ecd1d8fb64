import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { calendarTicks } from './calendar-ticks.ts';
import { timeScale } from './time-scale.ts';

const begin = Date.UTC(2026, 10, 1);
const day = 86_400_000;

function texts(from: number, to: number, width = 775): readonly string[] {
  return calendarTicks(timeScale({ from, to }, 0, width)).map(({ text }) => text);
}

test('a month has days, an hour minutes, a minute seconds', () => {
  expect(texts(begin, begin + 30 * day)).toEqual(['11-01', '11-06', '11-11', '11-16', '11-21', '11-26', '12-01']);
  expect(texts(begin + 3_600_000, begin + 7_200_000)).toEqual([
    '01:00',
    '01:10',
    '01:20',
    '01:30',
    '01:40',
    '01:50',
    '02:00',
  ]);
  expect(texts(begin + 60_000, begin + 120_000)).toContain('00:01:15');
  expect(texts(begin - 43_200_000, begin + 43_200_000)).toContain('11-01');
});

test('ticks lie within the range, in their order and at least 70 pixels apart', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1_000, max: 366 * day }), fc.nat({ max: 30 * day }), (length, offset) => {
      const scale = timeScale({ from: begin + offset, to: begin + offset + length }, 200, 985);
      const places = calendarTicks(scale).map(({ at }) => {
        expect(at).toBeGreaterThanOrEqual(scale.from);
        expect(at).toBeLessThanOrEqual(scale.to);
        return scale.x(at);
      });
      for (const [index, place] of places.entries()) {
        const before = places[index - 1];
        if (before !== undefined) expect(place - before).toBeGreaterThanOrEqual(70 - 1e-6);
      }
    }),
  );
});
