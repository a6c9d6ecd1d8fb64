import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { always, figures, minutes, openedProbes, probesPath } from '../../test/kit/probe-file.ts';
import { sampleNoon, sampleSpan } from '../../test/kit/report-sample.ts';
import { minuteMs, type ProbeSpan } from '../report/probe-minute.ts';
import { openProbeHistory } from './probe-history.ts';
import { hourMs } from './probe-schema.ts';

test('minutes without a failure that follow each other become one row, those with one stay, and half an hour waits', () => {
  const history = openedProbes();
  const failed = sampleSpan(7, { failed: 3, longestGapMs: 3_000 });
  const gapEnds = sampleSpan(8, { longestGapMs: 3_400 });
  const half = sampleSpan(30, { asked: 30, coveredMs: minuteMs / 2 });
  const others = [failed, gapEnds, half, sampleSpan(31, { asked: 29, coveredMs: 29_000 })];
  const good = Array.from({ length: 90 }, (_, minute) => sampleSpan(minute)).filter(
    ({ from }) => !others.some((other) => other.from === from),
  );
  history.add([...good, ...others, sampleSpan(3, { vip: 'vip2', medianMs: 40 })]);
  history.fold(sampleNoon + 90 * minuteMs);
  const run = (from: number, to: number): ProbeSpan =>
    sampleSpan(from, { spanMs: (to - from) * minuteMs, asked: (to - from) * 60, coveredMs: (to - from) * minuteMs });
  expect(history.spans(minutes(0, 60))).toEqual([
    run(0, 7),
    sampleSpan(3, { vip: 'vip2', medianMs: 40 }),
    failed,
    gapEnds,
    run(9, 30),
    ...others.slice(2),
    run(32, 60),
  ]);
  expect(history.spans(minutes(60, 120))).toHaveLength(30);
});

test('an hour of which all is known and good is one row', () => {
  const history = openedProbes();
  history.add(Array.from({ length: 60 }, (_, minute) => sampleSpan(minute, { medianMs: 20 + (minute % 3) })));
  history.fold(sampleNoon + hourMs);
  expect(history.spans(always)).toEqual([
    sampleSpan(0, { spanMs: hourMs, asked: 3600, coveredMs: hourMs, medianMs: 21 }),
  ]);
});

test('an outage of ten minutes is one hours later as well', () => {
  const history = openedProbes();
  const during = (minute: number): boolean => minute >= 20 && minute < 30;
  history.add(
    Array.from({ length: 60 }, (_, minute) =>
      sampleSpan(minute, during(minute) ? { failed: 60, longestGapMs: 1 } : {}),
    ),
  );
  history.fold(sampleNoon + hourMs);
  expect(figures(history, minutes(20, 30))).toMatchObject([{ availability: 0, outageMs: 10 * minuteMs }]);
});

test('whatever was kept, any range has the same figures afterwards, but for the median, and folding again changes nothing', () => {
  const row = fc.record({
    minute: fc.nat({ max: 190 }),
    failed: fc.constantFrom(0, 0, 0, 0, 0, 0, 1, 60),
    longestGapMs: fc.constantFrom(0, 0, 0, 0, 0, 2_500),
    coveredMs: fc.constantFrom(minuteMs, minuteMs, minuteMs, 20_000),
    medianMs: fc.integer({ min: 5, max: 50 }),
  });
  const rows = fc.uniqueArray(row, { selector: ({ minute }) => minute, maxLength: 190, size: 'max' });
  const range = fc.record({ from: fc.nat({ max: 200 * 60 }), seconds: fc.integer({ min: 1, max: 90 * 60 }) });
  fc.assert(
    fc.property(rows, fc.nat({ max: 300 }), fc.array(range, { minLength: 5 }), (kept, until, ranges) => {
      const history = openProbeHistory(probesPath());
      history.add(
        kept.map(({ minute, failed, longestGapMs, ...parts }): ProbeSpan =>
          sampleSpan(minute, { ...parts, failed, longestGapMs: failed === 0 ? longestGapMs : failed * 1_000 }),
        ),
      );
      const all = (): readonly (readonly number[])[] =>
        ranges
          .map(({ from, seconds }) => minutes(from / 60, (from + seconds) / 60))
          .map((asked) =>
            figures(history, asked).flatMap(({ knownMs, outageMs, longestGapMs, availability }) =>
              knownMs === 0 ? [] : [knownMs, outageMs, longestGapMs, availability ?? -1],
            ),
          );
      const before = all();
      history.fold(sampleNoon + until * minuteMs);
      for (const [index, now] of all().entries()) {
        expect(now).toEqual(before[index]?.map((figure) => expect.closeTo(figure, 3)));
      }
      const medians = kept.map(({ medianMs }) => medianMs);
      for (const { medianMs = 0 } of history.spans(always)) {
        expect(medianMs).toBeGreaterThanOrEqual(Math.min(...medians) - 1e-9);
        expect(medianMs).toBeLessThanOrEqual(Math.max(...medians) + 1e-9);
      }
      const folded = history.spans(always);
      history.fold(sampleNoon + until * minuteMs);
      expect(history.spans(always)).toEqual(folded);
      history.close();
    }),
    { numRuns: 25 },
  );
});
