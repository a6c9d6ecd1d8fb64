import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as fc from 'fast-check';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { sampleNoon, sampleSpan } from '../../test/kit/report-sample.ts';
import { thrownFault } from '../../test/kit/thrown-fault.ts';
import { knownWithin } from '../report/availability.ts';
import { minuteMs, type ProbeSpan } from '../report/probe-minute.ts';
import { openProbeHistory, type ProbeHistory, probeSchema } from './probe-history.ts';

const hourMs = 60 * minuteMs;
const always = { from: 0, to: Number.MAX_SAFE_INTEGER };

let path = '';
beforeEach(() => {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-probes-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  path = join(directory, 'state', 'probes.db');
});

function open(): ProbeHistory {
  const history = openProbeHistory(path);
  onTestFinished(() => history.close());
  return history;
}

test('spans come back as they were after the file was closed; nobody else may read it', () => {
  const spans = [
    sampleSpan(0),
    sampleSpan(0, { vip: 'vip2', site: 'a "site" <b>', failed: 60, longestGapMs: 60_000.5, medianMs: undefined }),
    sampleSpan(0, { family: 6, vip: 'vip2', site: 'a "site" <b>', failed: 2, longestGapMs: 2_000 }),
    sampleSpan(1, { medianMs: 20.25, coveredMs: 30_000, asked: 30 }),
  ];
  const first = openProbeHistory(path);
  first.add(spans);
  first.close();
  expect(open().spans(always)).toEqual(spans);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a file from before IPv6 was asked keeps what it knows, as IPv4, and takes both', () => {
  mkdirSync(dirname(path));
  const old = new DatabaseSync(path);
  old.exec(probeSchema.migrations[0] ?? '');
  old.exec(`INSERT INTO pair VALUES (7, 'vip1', 'shop')`);
  old.exec(`INSERT INTO span VALUES (7, ${sampleNoon}, ${minuteMs}, 60, 0, ${minuteMs}, 0, 21)`);
  old.exec(`PRAGMA application_id = ${probeSchema.applicationId}; PRAGMA user_version = 1`);
  old.close();
  const history = open();
  expect(history.spans(always)).toEqual([sampleSpan(0)]);
  history.add([sampleSpan(1), sampleSpan(1, { family: 6, failed: 60 })]);
  history.fold(sampleNoon + 90 * minuteMs);
  const hour = sampleSpan(0, { spanMs: hourMs, asked: 120, coveredMs: 2 * minuteMs });
  expect(history.spans(always)).toEqual([hour, sampleSpan(1, { family: 6, failed: 60 })]);
});

test('a range has the spans that touch it', () => {
  const history = open();
  const spans = [0, 1, 2, 3].map((minute) => sampleSpan(minute));
  history.add(spans);
  const at = (minute: number): number => sampleNoon + minute * minuteMs;
  expect(history.spans({ from: at(1), to: at(3) })).toEqual(spans.slice(1, 3));
  expect(history.spans({ from: at(1) + 1, to: at(2) + 1 })).toEqual(spans.slice(1, 3));
  expect(history.spans({ from: at(4), to: at(9) })).toEqual([]);
});

test('it knows when its first span begins, in whatever order spans came', () => {
  const history = open();
  expect(history.begin()).toBe(undefined);
  history.add([sampleSpan(5), sampleSpan(2), sampleSpan(9)]);
  expect(history.begin()).toBe(sampleNoon + 2 * minuteMs);
});

test('the same minute from before a restart and after it is one minute', () => {
  const history = open();
  history.add([sampleSpan(0, { asked: 20, failed: 5, coveredMs: 20_000, longestGapMs: 7_000, medianMs: 10 })]);
  history.add([sampleSpan(0, { asked: 25, failed: 1, coveredMs: 25_000, longestGapMs: 2_000, medianMs: undefined })]);
  expect(history.spans(always)).toEqual([
    sampleSpan(0, { asked: 45, failed: 6, coveredMs: 45_000, longestGapMs: 7_000, medianMs: 10 }),
  ]);
});

describe('folding', () => {
  test('minutes without a failure become hours, those with one stay, and half an hour waits', () => {
    const history = open();
    const failed = sampleSpan(7, { failed: 3, longestGapMs: 3_000 });
    history.add([
      ...Array.from({ length: 90 }, (_, minute) => (minute === 7 ? failed : sampleSpan(minute))),
      sampleSpan(3, { vip: 'vip2', medianMs: 40 }),
    ]);
    history.fold(sampleNoon + 90 * minuteMs);
    const hour = sampleSpan(0, { spanMs: hourMs, asked: 59 * 60, coveredMs: 59 * minuteMs });
    expect(history.spans({ from: sampleNoon, to: sampleNoon + hourMs })).toEqual([
      hour,
      sampleSpan(0, { vip: 'vip2', spanMs: hourMs, asked: 60, medianMs: 40 }),
      failed,
    ]);
    expect(history.spans({ from: sampleNoon + hourMs, to: sampleNoon + 2 * hourMs })).toHaveLength(30);
  });

  test('whatever was kept, known time and outage are the same afterwards, and folding again changes nothing', () => {
    const rows = fc.uniqueArray(fc.record({ minute: fc.nat({ max: 300 }), failed: fc.constantFrom(0, 0, 0, 1, 60) }), {
      selector: ({ minute }) => minute,
      maxLength: 60,
    });
    fc.assert(
      fc.property(rows, fc.nat({ max: 300 }), (minutes, until) => {
        rmSync(path, { force: true });
        const history = openProbeHistory(path);
        history.add(minutes.map(({ minute, failed }): ProbeSpan => sampleSpan(minute, { failed })));
        const range = { from: sampleNoon, to: sampleNoon + 400 * minuteMs };
        const before = knownWithin(history.spans(range), range);
        history.fold(sampleNoon + until * minuteMs);
        const folded = history.spans(range);
        expect(knownWithin(folded, range).knownMs).toBeCloseTo(before.knownMs, 3);
        expect(knownWithin(folded, range).outageMs).toBeCloseTo(before.outageMs, 3);
        history.fold(sampleNoon + until * minuteMs);
        expect(history.spans(range)).toEqual(folded);
        history.close();
      }),
      { numRuns: 25 },
    );
  });
});

test('a damaged file is named with the way out, and left alone', async () => {
  const first = openProbeHistory(path);
  first.close();
  writeFileSync(path, 'no database, and long enough to be read as one '.repeat(100));
  const { code, message, next } = await thrownFault((async () => openProbeHistory(path))());
  expect(code).toBe('file-unreadable');
  expect(message).toBe(`the history of the probe ${path} is damaged`);
  expect(next).toContain('the next `evenkeel serve` begins a new one');
});
