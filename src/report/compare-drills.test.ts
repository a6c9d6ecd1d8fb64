import { expect, test } from 'vitest';
import { sampleFaults, sampleReport } from '../../test/kit/drill-report-sample.ts';
import { compareDrills } from './compare-drills.ts';
import { printDrillComparison } from './print-drill-comparison.ts';
import { plainStyle } from './text-style.ts';

const before = sampleReport();
const changed = sampleReport({
  faults: sampleFaults.map((fault) => {
    if (fault.name === 'nginx-dead:lb1') return { ...fault, gapMs: 300, verdict: 'broken' };
    if (fault.name === 'nginx-hung:lb1') return { ...fault, gapMs: 900 };
    return fault;
  }),
  seed: 3,
});

test('a report is the same as itself', () => {
  const { faults, onlyBefore, onlyAfter, warnings } = compareDrills(before, before);
  expect(new Set(faults.map((fault) => fault.change))).toEqual(new Set(['same', 'not-comparable']));
  expect([...onlyBefore, ...onlyAfter, ...warnings]).toEqual([]);
});

test('another run of the same is the same: what the load can not resolve does not count', () => {
  const { faults } = compareDrills(before, sampleReport({ seed: 99 }));
  expect(faults.filter((fault) => fault.change === 'worse' || fault.change === 'better')).toEqual([]);
});

test('a longer gap and a broken promise are worse, a shorter gap is better, each with its reason', () => {
  const text = printDrillComparison(compareDrills(before, changed), plainStyle);
  expect(text).toMatchInlineSnapshot(`
    "8 faults: 1 WORSE, 1 better, 4 same, 2 not comparable

    before  2026-11-22 10:00:00 UTC  devops, lab: BROKEN
    after   2026-11-22 10:00:00 UTC  devops, lab: BROKEN

      fault                                median before    after  worst before    after  failed  after
      nginx-dead:lb1       WORSE                  149 ms   301 ms        149 ms   301 ms      13     30
        its promise was kept and is broken now
        its gap is 151 ms longer
      nginx-hung:lb1       better                 3.65 s   902 ms        3.65 s   902 ms     396     96
        its gap is 2747 ms shorter
      balancer-off:lb1     same                   403 ms   402 ms        403 ms   402 ms      41     41
      partition:lb1=lb2    not comparable          57 ms    56 ms         57 ms    56 ms       2      2
        before, it could not be judged
      backend-dead:web1    same                    56 ms    56 ms         56 ms    56 ms       0      0
      nameserver-off:dns1  same                    56 ms    55 ms         56 ms    55 ms       0      0
      gateway-lost:lan     same                  12.70 s  12.50 s       12.70 s  12.50 s    2025   1991
      link-cut:lb1         not comparable              -        -             -        -       0      0
        before, it was not run

      gaps are the longest times without a success; a difference that the load can
      not resolve counts as the same (up to 56 ms here)
    "
  `);
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
});

test('a broken promise is worse even when the gap is shorter', () => {
  const [fault] = before.faults;
  if (fault === undefined) throw new Error('the sample is empty');
  const shorter = { ...fault, verdict: 'broken', longestGapMs: 10 } as const;
  const [compared] = compareDrills(before, { ...before, faults: [shorter] }).faults;
  expect(compared?.change).toBe('worse');
  expect(compared?.reasons).toHaveLength(2);
});

test('of repeated runs the medians are compared, so that one slow run changes nothing', () => {
  const [fault] = before.faults;
  if (fault === undefined) throw new Error('the sample is empty');
  const slow = { ...fault, longestGapMs: 5000 };
  const runs = { ...before, faults: [fault, fault, fault] };
  expect(compareDrills(runs, { ...before, faults: [fault, slow, fault] }).faults[0]).toMatchObject({
    change: 'same',
    after: { runs: 3, gap: { worstMs: 5000, medianMs: fault.longestGapMs } },
  });
});

test('faults of one side only and another machine are named', () => {
  const after = {
    ...before,
    profile: 'reference',
    faults: before.faults.slice(1),
    machine: { ...before.machine, cpus: 64 },
  } as const;
  const comparison = compareDrills(before, after);
  expect(comparison).toMatchObject({ onlyBefore: ['nginx-dead:lb1'], onlyAfter: [] });
  expect(comparison.warnings).toEqual([
    'the profile is not the same: evenkeel before, reference after',
    expect.stringContaining('the computer is not the same: 2 x'),
  ]);
  expect(printDrillComparison(comparison, plainStyle)).toContain('only before: nginx-dead:lb1');
  expect(printDrillComparison(compareDrills({ ...before, faults: [] }, before), plainStyle)).toContain(
    'no fault is in both reports',
  );
});
