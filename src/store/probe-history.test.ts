import { statSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { always, openedProbes, probesPath } from '../../test/kit/probe-file.ts';
import { sampleNoon, sampleSpan } from '../../test/kit/report-sample.ts';
import { thrownFault } from '../../test/kit/thrown-fault.ts';
import { minuteMs } from '../report/probe-minute.ts';
import { openProbeHistory } from './probe-history.ts';

test('spans come back as they were after the file was closed; nobody else may read it', () => {
  const spans = [
    sampleSpan(0),
    sampleSpan(0, { vip: 'vip2', site: 'a "site" <b>', failed: 60, longestGapMs: 60_000.5, medianMs: undefined }),
    sampleSpan(0, { family: 6, vip: 'vip2', site: 'a "site" <b>', failed: 2, longestGapMs: 2_000 }),
    sampleSpan(1, { medianMs: 20.25, coveredMs: 30_000, asked: 30 }),
  ];
  const path = probesPath();
  const first = openProbeHistory(path);
  first.add(spans);
  first.close();
  expect(openedProbes(path).spans(always)).toEqual(spans);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a range has the spans that touch it', () => {
  const history = openedProbes();
  const spans = [0, 1, 2, 3].map((minute) => sampleSpan(minute));
  history.add(spans);
  const at = (minute: number): number => sampleNoon + minute * minuteMs;
  expect(history.spans({ from: at(1), to: at(3) })).toEqual(spans.slice(1, 3));
  expect(history.spans({ from: at(1) + 1, to: at(2) + 1 })).toEqual(spans.slice(1, 3));
  expect(history.spans({ from: at(4), to: at(9) })).toEqual([]);
});

test('it knows when its first span begins, in whatever order spans came', () => {
  const history = openedProbes();
  expect(history.begin()).toBe(undefined);
  history.add([sampleSpan(5), sampleSpan(2), sampleSpan(9)]);
  expect(history.begin()).toBe(sampleNoon + 2 * minuteMs);
});

test('the same minute from before a restart and after it is one minute', () => {
  const history = openedProbes();
  history.add([sampleSpan(0, { asked: 20, failed: 5, coveredMs: 20_000, longestGapMs: 7_000, medianMs: 10 })]);
  history.add([sampleSpan(0, { asked: 25, failed: 1, coveredMs: 25_000, longestGapMs: 2_000, medianMs: undefined })]);
  expect(history.spans(always)).toEqual([
    sampleSpan(0, { asked: 45, failed: 6, coveredMs: 45_000, longestGapMs: 7_000, medianMs: 10 }),
  ]);
});

test('a damaged file is named with the way out, and left alone', async () => {
  const path = probesPath();
  const first = openProbeHistory(path);
  first.close();
  writeFileSync(path, 'no database, and long enough to be read as one '.repeat(100));
  const { code, message, next } = await thrownFault((async () => openProbeHistory(path))());
  expect(code).toBe('file-unreadable');
  expect(message).toBe(`the history of the probe ${path} is damaged`);
  expect(next).toContain('the next `evenkeel serve` begins a new one');
});
