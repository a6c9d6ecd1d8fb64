import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { always, figures, leaveProbes, minutes, openedProbes, probesPath } from '../../test/kit/probe-file.ts';
import { sampleNoon, sampleSpan } from '../../test/kit/report-sample.ts';
import { minuteMs } from '../report/probe-minute.ts';
import { openProbeHistory } from './probe-history.ts';
import { hourMs } from './probe-schema.ts';

/** Statement that writes a row of the pair of this number, so many minutes after noon. */
function row(pair: number, minute: number, columns: string): string {
  return `INSERT INTO span VALUES (${pair}, ${sampleNoon + minute * minuteMs}, ${columns})`;
}

const failed = `${minuteMs}, 60, 60, ${minuteMs}, ${minuteMs}, NULL`;

test('a file from before IPv6 was asked keeps what it knows, as IPv4, and takes both', () => {
  const path = probesPath();
  leaveProbes(path, 1, [
    `INSERT INTO pair VALUES (7, 'vip1', 'shop')`,
    `INSERT INTO span VALUES (7, ${sampleNoon}, ${minuteMs}, 60, 0, ${minuteMs}, 0, 21)`,
  ]);
  const history = openedProbes(path);
  expect(history.spans(always)).toEqual([sampleSpan(0)]);
  history.add([sampleSpan(1), sampleSpan(1, { family: 6, failed: 60 })]);
  history.fold(sampleNoon + 90 * minuteMs);
  const both = sampleSpan(0, { spanMs: 2 * minuteMs, asked: 120, coveredMs: 2 * minuteMs });
  expect(history.spans(always)).toEqual([both, sampleSpan(1, { family: 6, failed: 60 })]);
});

test('an hour that an older version folded over its failures is spread over the other minutes', () => {
  const path = probesPath();
  leaveProbes(path, 2, [
    `INSERT INTO pair VALUES (7, 'vip1', 'shop', 4), (8, 'vip2', 'shop', 4), (9, 'vip3', 'shop', 4)`,
    // A total outage of ten minutes in an hour that is known.
    row(7, 0, `${hourMs}, 3000, 0, ${50 * minuteMs}, 0, 21`),
    ...Array.from({ length: 10 }, (_, minute) => row(7, 20 + minute, failed)),
    // One minute of it, when a half of the rest is known.
    row(8, 0, `${hourMs}, 1770, 0, ${29.5 * minuteMs}, 0, 21`),
    row(8, 0, failed),
    // None.
    row(9, 0, `${hourMs}, 1800, 0, ${30 * minuteMs}, 0, 21`),
  ]);
  const history = openedProbes(path);
  expect(figures(history, minutes(20, 30))).toMatchObject([
    { vip: 'vip1', availability: 0, knownMs: 10 * minuteMs, unknownMs: 0 },
    { vip: 'vip2', availability: 100, knownMs: 5 * minuteMs },
    { vip: 'vip3', availability: 100, knownMs: 5 * minuteMs },
  ]);
  expect(figures(history, minutes(19, 21))).toMatchObject([{ availability: 50 }, {}, {}]);
  expect(figures(history, minutes(0, 60))).toMatchObject([
    { knownMs: hourMs, outageMs: 10 * minuteMs },
    { knownMs: 30.5 * minuteMs, outageMs: minuteMs },
    { knownMs: 30 * minuteMs, outageMs: 0 },
  ]);
  const kept = history.spans(always);
  expect(kept).toHaveLength(2 + 10 + 1 + 1 + 1);
  history.fold(sampleNoon + 24 * hourMs);
  expect(history.spans(always)).toEqual(kept);
});

test('of an hour that an older version folded, the outage of a part is exact, and its known time but for what is unknown of the hour', () => {
  const hours = (...fates: readonly ('good' | 'failed' | 'silent')[]) =>
    fc.array(fc.constantFrom(...fates), { minLength: 60, maxLength: 60 });
  const asked = fc.oneof(hours('good', 'good', 'failed'), hours('good', 'good', 'failed', 'silent'));
  const range = fc.record({ from: fc.nat({ max: 59 }), length: fc.integer({ min: 1, max: 60 }) });
  fc.assert(
    fc.property(asked, fc.array(range, { minLength: 5 }), (hour, ranges) => {
      const path = probesPath();
      const good = hour.filter((fate) => fate === 'good').length;
      leaveProbes(path, 2, [
        `INSERT INTO pair VALUES (7, 'vip1', 'shop', 4)`,
        ...(good === 0 ? [] : [row(7, 0, `${hourMs}, ${good * 60}, 0, ${good * minuteMs}, 0, 21`)]),
        ...hour.flatMap((fate, minute) => (fate === 'failed' ? [row(7, minute, failed)] : [])),
      ]);
      const history = openProbeHistory(path);
      const silentMs = hour.filter((fate) => fate === 'silent').length * minuteMs;
      for (const { from, length } of ranges) {
        const part = hour.slice(from, from + length);
        const outageMs = part.filter((fate) => fate === 'failed').length * minuteMs;
        const knownMs = part.filter((fate) => fate !== 'silent').length * minuteMs;
        const [found = { outageMs: 0, knownMs: 0 }] = figures(history, minutes(from, Math.min(60, from + length)));
        expect(found.outageMs).toBeCloseTo(outageMs, 3);
        // A row has whole milliseconds: each run of minutes may lose a part of one.
        expect(Math.abs(found.knownMs - knownMs)).toBeLessThanOrEqual(silentMs + 60);
      }
      history.close();
    }),
    { numRuns: 15 },
  );
});
