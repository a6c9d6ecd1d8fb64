import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dualStackModel, exampleModel } from '../../test/kit/example-model.ts';
import { availabilityOf, knownWithin, pairTargets, type PairTarget } from './availability.ts';
import { minuteMs, type ProbeSpan } from './probe-minute.ts';
import { readMonth, type TimeRange } from './report-range.ts';

const dayMs = 86_400_000;
const november = rangeOf('2026-11');
const target: PairTarget = { vip: 'vip1', family: 4, site: 'shop', slo: 99.9 };

function rangeOf(month: string): TimeRange {
  const range = readMonth(month, Date.UTC(2027, 0));
  if (!range.ok) throw new Error(range.error);
  return range.value;
}

function span(minute: number, parts: Partial<ProbeSpan> = {}): ProbeSpan {
  return {
    vip: 'vip1',
    family: 4,
    site: 'shop',
    from: november.from + minute * minuteMs,
    spanMs: minuteMs,
    asked: 60,
    failed: 0,
    coveredMs: minuteMs,
    longestGapMs: 0,
    medianMs: 20,
    ...parts,
  };
}

/** Figures of one pair, up to `minutes` after the begin of November. */
function figures(spans: readonly ProbeSpan[], minutes: number) {
  const now = november.from + minutes * minuteMs;
  const [row] = availabilityOf({ targets: [target], spans, range: november, now });
  if (row === undefined) throw new Error('there is no row');
  return row;
}

describe('figures of a month', () => {
  test('all is well: the whole budget is there', () => {
    expect(figures([span(0), span(1)], 2)).toEqual({
      vip: 'vip1',
      family: 4,
      site: 'shop',
      slo: 99.9,
      availability: 100,
      knownMs: 2 * minuteMs,
      unknownMs: 0,
      outageMs: 0,
      longestGapMs: 0,
      medianMs: 20,
      budgetMs: expect.closeTo(43.2 * minuteMs, 3),
      budgetLeftMs: expect.closeTo(43.2 * minuteMs, 3),
      verdict: 'met',
    });
  });

  test('a minute in which half of the questions failed is half a minute of outage', () => {
    const row = figures([span(0), span(1, { failed: 30, longestGapMs: 31_000 })], 2);
    expect(row).toMatchObject({ availability: 75, outageMs: 30_000, longestGapMs: 31_000, verdict: 'met' });
    expect(row.budgetLeftMs).toBeCloseTo(42.7 * minuteMs, 3);
  });

  test('silence of the controller is unknown, neither up nor down', () => {
    expect(figures([span(0), span(9)], 10)).toMatchObject({
      availability: 100,
      knownMs: 2 * minuteMs,
      unknownMs: 8 * minuteMs,
      outageMs: 0,
    });
    expect(figures([], 10)).toMatchObject({
      availability: null,
      knownMs: 0,
      unknownMs: 10 * minuteMs,
      verdict: 'unknown',
      budgetLeftMs: expect.closeTo(43.2 * minuteMs, 3),
    });
  });

  test('what lies ahead is not unknown', () => {
    expect(figures([], 0).unknownMs).toBe(0);
    expect(figures([], 60 * 24 * 365).unknownMs).toBe(30 * dayMs);
  });

  test('more outage than the budget: missed, with how much too much', () => {
    const down = Array.from({ length: 44 }, (_, minute) => span(minute, { failed: 60 }));
    const row = figures(down, 44);
    expect(row.verdict).toBe('missed');
    expect(row.budgetLeftMs).toBeCloseTo(-0.8 * minuteMs, 3);
    expect(figures(down.slice(0, 43), 43).verdict).toBe('met');
  });

  test('a stretch that was asked for only in part counts for that part', () => {
    expect(figures([span(0, { asked: 6, failed: 3, coveredMs: 6_000 })], 1)).toMatchObject({
      knownMs: 6_000,
      unknownMs: 54_000,
      outageMs: 3_000,
      availability: 50,
    });
  });

  test('without a target there is no verdict; a site that left the file is still told', () => {
    const now = november.from + minuteMs;
    const spans = [span(0), span(0, { site: 'old', failed: 60 })];
    expect(availabilityOf({ targets: [{ ...target, slo: undefined }], spans, range: november, now })).toMatchObject([
      { site: 'shop', slo: null, budgetMs: null, budgetLeftMs: null, verdict: 'no-target' },
      { site: 'old', availability: 0, verdict: 'no-target' },
    ]);
  });

  test('the median counts each minute by its answers', () => {
    const spans = [
      span(0, { medianMs: 10, asked: 60 }),
      span(1, { medianMs: 900, asked: 2 }),
      span(2, { medianMs: 12 }),
    ];
    expect(figures(spans, 3).medianMs).toBe(12);
    expect(figures([span(0, { failed: 60, medianMs: undefined })], 1).medianMs).toBeNull();
  });
});

test('the targets of a model: every site through each of its VIPs', () => {
  const model = exampleModel();
  const sites = model.sites.map((site) => ({ ...site, slo: 99.5 }));
  expect(pairTargets({ ...model, sites })).toEqual([
    { vip: 'vip1', family: 4, site: 'devops.com', slo: 99.5 },
    { vip: 'vip2', family: 4, site: 'devops.com', slo: 99.5 },
  ]);
});

test('a site that is down by IPv6 alone is down there, and not by IPv4', () => {
  const model = dualStackModel();
  const [site] = model.sites;
  const [vip = ''] = site?.vips ?? [];
  const targets = pairTargets({ ...model, sites: site === undefined ? [] : [{ ...site, vips: [vip], slo: 99.9 }] });
  expect(targets.map(({ family }) => family)).toEqual([4, 6]);
  const pair = { vip, site: site?.name ?? '' };
  const spans = Array.from({ length: 50 }, (_, minute) => [
    span(minute, pair),
    span(minute, { ...pair, family: 6, failed: 60, longestGapMs: 60_000 }),
  ]).flat();
  const now = november.from + 50 * minuteMs;
  expect(availabilityOf({ targets, spans, range: november, now })).toMatchObject([
    { family: 4, availability: 100, knownMs: 50 * minuteMs, outageMs: 0, verdict: 'met' },
    { family: 6, availability: 0, knownMs: 50 * minuteMs, outageMs: 50 * minuteMs, verdict: 'missed' },
  ]);
});

describe('whatever was asked', () => {
  const minutes = fc.uniqueArray(
    fc.record({
      minute: fc.nat({ max: 5_000 }),
      asked: fc.integer({ min: 1, max: 60 }),
      part: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    { selector: ({ minute }) => minute, maxLength: 200 },
  );
  const spansOf = (rows: readonly { minute: number; asked: number; part: number }[]): readonly ProbeSpan[] =>
    rows.map(({ minute, asked, part }) =>
      span(minute, { asked, failed: Math.round(asked * part), coveredMs: Math.min(minuteMs, asked * 1000) }),
    );

  test('known and unknown together are what has passed, and outage is a part of what is known', () => {
    fc.assert(
      fc.property(minutes, fc.integer({ min: 5_001, max: 40_000 }), (rows, passed) => {
        const row = figures(spansOf(rows), passed);
        expect(row.knownMs + row.unknownMs).toBeCloseTo(passed * minuteMs, 3);
        expect(row.outageMs).toBeGreaterThanOrEqual(0);
        expect(row.outageMs).toBeLessThanOrEqual(row.knownMs + 1e-6);
        if (row.availability !== null) {
          expect(row.availability).toBeGreaterThanOrEqual(-1e-9);
          expect(row.availability).toBeLessThanOrEqual(100);
        }
        expect(row.budgetMs === null ? 0 : row.budgetMs - row.outageMs).toBeCloseTo(row.budgetLeftMs ?? 0, 6);
      }),
    );
  });

  test('a minute more of outage never makes it better', () => {
    fc.assert(
      fc.property(minutes, (rows) => {
        const before = figures(spansOf(rows), 10_000);
        const after = figures([...spansOf(rows), span(6_000, { failed: 60 })], 10_000);
        expect(after.availability ?? 100).toBeLessThanOrEqual((before.availability ?? 100) + 1e-9);
        expect(after.budgetLeftMs ?? 0).toBeLessThan(before.budgetLeftMs ?? 0);
        if (before.verdict === 'missed') expect(after.verdict).toBe('missed');
      }),
    );
  });

  test('cut into two ranges at any moment, known time and outage add up', () => {
    fc.assert(
      fc.property(minutes, fc.nat({ max: 5_001 * minuteMs }), (rows, cut) => {
        const spans = spansOf(rows);
        const [middle, end] = [november.from + cut, november.from + 6_000 * minuteMs];
        const whole = knownWithin(spans, { from: november.from, to: end });
        const [early, late] = [
          knownWithin(spans, { from: november.from, to: middle }),
          knownWithin(spans, { from: middle, to: end }),
        ];
        expect(early.knownMs + late.knownMs).toBeCloseTo(whole.knownMs, 3);
        expect(early.outageMs + late.outageMs).toBeCloseTo(whole.outageMs, 3);
      }),
    );
  });
});
