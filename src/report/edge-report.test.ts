import { describe, expect, test } from 'vitest';
import {
  afterNoon,
  sampleEdgeReport,
  sampleEvents,
  sampleMaterial,
  sampleNoon,
  sampleProblem,
  sampleSpan,
  sampleView,
} from '../../test/kit/report-sample.ts';
import { edgeReport, settledAt } from './edge-report.ts';
import { minuteMs } from './probe-minute.ts';

describe('an incident', () => {
  const report = sampleEdgeReport('incident');

  test('has the figures of the range', () => {
    expect(report.availability).toMatchObject([
      { vip: 'vip1', knownMs: 11 * minuteMs, unknownMs: 4 * minuteMs, outageMs: 3_000, longestGapMs: 3_400 },
      { vip: 'vip2', knownMs: 4 * minuteMs, unknownMs: 11 * minuteMs, outageMs: 0, verdict: 'no-target' },
    ]);
  });

  test('begins with who held what before', () => {
    expect(report.holders.filter(({ vip }) => vip === 'vip1')).toMatchObject([
      { from: afterNoon(0), to: afterNoon(300), holders: ['lb1'] },
      { to: afterNoon(302), holders: [] },
      { to: afterNoon(481), holders: ['lb2'] },
      { to: null, holders: ['lb1'] },
    ]);
  });

  test('has problems from before it with their true begin', () => {
    expect(report.problems[0]).toMatchObject({ code: 'backend-down', from: afterNoon(-600), to: afterNoon(120) });
  });

  test('has none that was over before it, though no view was kept since, and one that began since', () => {
    const [first] = sampleEvents;
    if (first === undefined) throw new Error('the sample has events');
    const row = { ...first, kind: 'problem' as const, code: 'backend-down', subject: 'web2' };
    const [over, again] = [
      { ...row, id: 1, at: afterNoon(-20), severity: 'good' as const, text: `over: ${sampleProblem().message}` },
      { ...row, id: 2, at: afterNoon(-10), severity: 'error' as const, code: 'host-silent', text: 'web2 is silent' },
    ];
    const { subject } = sampleProblem();
    const eventsBefore = [{ ...over, subject }, again];
    const { problems } = edgeReport(sampleMaterial('incident', { eventsBefore, events: [] }));
    expect(problems).toMatchObject([{ code: 'host-silent', from: afterNoon(-10), to: null }]);
  });

  test('draws a step for each minute, known or not', () => {
    expect(report.course.stepMs).toBe(minuteMs);
    const [first] = report.course.rows;
    expect(first?.steps.map(({ knownMs, outageMs }) => [knownMs / minuteMs, outageMs])).toEqual([
      ...[1, 1, 1, 1, 1].map((known) => [known, 0]),
      [1, 3_000],
      ...[1, 1, 1, 1, 1].map((known) => [known, 0]),
      ...[0, 0, 0, 0].map((known) => [known, 0]),
    ]);
  });

  test.each([
    [60, 1],
    [240, 2],
    [24 * 60, 15],
    [366 * 24 * 60, 5760],
  ])('of %i minutes has steps of %i minutes', (minutes, step) => {
    const range = { from: sampleNoon, to: sampleNoon + minutes * minuteMs };
    expect(edgeReport(sampleMaterial('incident', { range })).course.stepMs).toBe(step * minuteMs);
  });

  test('that is under way ends now', () => {
    const range = { from: sampleNoon, to: sampleNoon + 30 * minuteMs };
    const report = edgeReport(sampleMaterial('incident', { range, now: sampleNoon + 10 * minuteMs + 20_000 }));
    // Ten minutes are over and written; what comes after is not unknown.
    expect(report.availability[0]).toMatchObject({ knownMs: 11 * minuteMs, unknownMs: 0 });
    expect(report.course.rows[0]?.steps).toHaveLength(11);
  });

  test('in which nobody watched does not say who held a VIP then, and says so', () => {
    const gaps = [
      { from: afterNoon(-300), to: afterNoon(60) },
      { from: afterNoon(600), to: null },
    ];
    const views = [...sampleMaterial('incident').views, { at: afterNoon(60), ...sampleView(['lb1']) }];
    const material = sampleMaterial('incident', { gaps, views: views.toSorted((a, b) => (a.at < b.at ? -1 : 1)) });
    const unwatched = [
      { from: afterNoon(0), to: afterNoon(60) },
      { from: afterNoon(600), to: null },
    ];
    expect(edgeReport(material).unwatched).toEqual(unwatched);
    expect(edgeReport(material).holders.filter(({ vip }) => vip === 'vip1')).toMatchObject([
      { from: afterNoon(60), to: afterNoon(300), holders: ['lb1'] },
      { to: afterNoon(302), holders: [] },
      { to: afterNoon(481), holders: ['lb2'] },
      { to: afterNoon(600), holders: ['lb1'] },
    ]);
    expect(edgeReport(material).problems.find(({ code }) => code === 'table-lost')?.to).toBe(afterNoon(600));
    // Gaps beyond the range are none of it.
    const elsewhere = [
      { from: afterNoon(-900), to: afterNoon(0) },
      { from: afterNoon(900), to: null },
    ];
    expect(edgeReport({ ...material, gaps: elsewhere }).unwatched).toEqual([]);
  });

  test('of which nothing was kept says nothing', () => {
    const report = edgeReport(sampleMaterial('incident', { spans: [], views: [], events: [], operations: [] }));
    expect(report).toMatchObject({ holders: [], problems: [], events: [] });
    expect(report.availability.every(({ verdict }) => verdict === 'unknown')).toBe(true);
  });
});

describe('a month', () => {
  test('has a step for each day until now', () => {
    const { course } = sampleEdgeReport('month');
    expect(course.stepMs).toBe(24 * 60 * minuteMs);
    expect(course.rows[0]?.steps).toHaveLength(29);
    expect(course.rows[0]?.steps.map(({ knownMs }) => knownMs / minuteMs).filter((known) => known > 0)).toEqual([11]);
  });

  test('an hour that was folded counts for its part of the day', () => {
    const hour = sampleSpan(0, { spanMs: 60 * minuteMs, asked: 3_000, coveredMs: 50 * minuteMs });
    const report = edgeReport(sampleMaterial('month', { spans: [hour] }));
    expect(report.availability[0]).toMatchObject({ knownMs: 50 * minuteMs, outageMs: 0 });
    expect(report.course.rows[0]?.steps.at(-1)).toEqual({ knownMs: 50 * minuteMs, outageMs: 0 });
  });
});

test('a minute counts once it is written', () => {
  expect(settledAt(sampleNoon + 59_999)).toBe(sampleNoon);
  expect(settledAt(sampleNoon + 64_999)).toBe(sampleNoon);
  expect(settledAt(sampleNoon + 65_000)).toBe(sampleNoon + minuteMs);
});
