import { expect, test } from 'vitest';
import { sampleFaults, sampleReport } from '../../test/kit/drill-report-sample.ts';
import { runsByFault } from './drill-runs.ts';
import { printDrillReport } from './drill-table.ts';
import { measured, promiseInWords } from './drill-words.ts';
import { plainStyle } from './text-style.ts';

const lines = (text: string): readonly string[] => text.split('\n');

test('a report says its verdict first, then each fault, then why', () => {
  const text = printDrillReport(sampleReport(), plainStyle);
  expect(lines(text)[0]).toBe(
    'NOT KEPT  devops in the lab: 5 of 8 faults kept their promise; 1 broken, 1 not judged, 1 not run',
  );
  expect(text).toMatchInlineSnapshot(`
    "NOT KEPT  devops in the lab: 5 of 8 faults kept their promise; 1 broken, 1 not judged, 1 not run

      fault                verdict     requests  failed  longest gap  promise  broken  whole again
      nginx-dead:lb1       kept            3200      13       149 ms   156 ms       9       172 ms
        failed: 11 refused, 2 broken off
      nginx-hung:lb1       kept            3228     396       3.65 s   4.06 s       9       3.65 s
        failed: 2 broken off, 394 without an answer in time
      balancer-off:lb1     BROKEN          3226      41       403 ms   339 ms       9       442 ms
        failed: 39 without a connection in time, 2 broken off
      partition:lb1=lb2    not judged      3235       2        57 ms     none       1        78 ms
        failed: 1 refused, 1 broken off
      backend-dead:web1    kept            3200       0        56 ms     none       0        30 ms
      nameserver-off:dns1  kept            3257       0        56 ms   5.00 s       0        30 ms
      gateway-lost:lan     kept            3257    2025      12.70 s   repair       9       repair
        failed: 2023 without a connection in time, 2 broken off
      link-cut:lb1         not run

      gap: the longest time without a success; broken: long connections
      repair: it lasts until it is repaired

    BROKEN  balancer-off:lb1
      vip1: 403 ms without a success, 339 ms were promised
      by name: 402 ms without a success, 339 ms were promised
      vip1 keep-alive: 398 ms without a success, 339 ms were promised
    not judged  partition:lb1=lb2
      the probe was late by 61 ms at worst, which is more than the 20 ms between two requests
    not run  link-cut:lb1
      this kernel has no bridge: the module "bridge" is missing

    measured on  2 CPUs (AMD EPYC 7B13), 7.8 GiB of memory, Linux 6.12.41, Node 24.21.0, evenkeel 0.1.0,
                 keepalived 2.3.3, nginx 1.26.3, pdns 4.9.7
    exactness    the probe's own timers were late by 1.8 ms or less 99 times of 100, and by 61.0 ms at
                 worst

    from 2026-11-22 10:00:00 UTC to 2026-11-22 10:09:30 UTC
    "
  `);
});

test('no text of a report commands the terminal', () => {
  const { faults, ...report } = sampleReport();
  const red = '\u001B[31m\u202E';
  const text = printDrillReport(
    { ...report, edge: red, faults: faults.map((fault) => ({ ...fault, name: fault.name + red, reasons: [red] })) },
    plainStyle,
  );
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(text).toContain('nginx-dead:lb1·[31m·');
});

test('runs of one fault are one line with their median and worst', () => {
  const report = sampleReport({ runs: 10 });
  const text = printDrillReport(report, plainStyle);
  expect(lines(text).filter((line) => line.startsWith('  nginx-dead:lb1'))).toHaveLength(1);
  expect(text).toMatch(/^ {2}nginx-dead:lb1 +kept +10 /m);
  expect(text).toContain('BROKEN  balancer-off:lb1 (');
});

test('one broken run of ten makes the fault broken', () => {
  const [kept] = sampleReport().faults;
  if (kept === undefined) throw new Error('the sample is empty');
  const broken = { ...kept, verdict: 'broken', longestGapMs: 10 } as const;
  const [fault] = runsByFault({ faults: [kept, broken, kept] });
  expect(fault).toMatchObject({ verdict: 'broken', worst: broken });
  expect(fault?.gap?.worstMs).toBe(kept.longestGapMs);
});

test('a fault that could not be caused has no figures, and is not kept', () => {
  const line = lines(printDrillReport(sampleReport(), plainStyle)).find((row) => row.startsWith('  link-cut:lb1'));
  expect(line).toBe('  link-cut:lb1         not run');
});

test('it fits 100 columns, whatever faults are called', () => {
  const [first, second] = sampleFaults;
  if (first === undefined || second === undefined) throw new Error('the sample is empty');
  const name = 'keepalived-killed:balancer-in-the-cellar+nameserver-off:dns1';
  for (const runs of [1, 3]) {
    const report = sampleReport({ faults: [{ ...first, name }, second, ...sampleFaults.slice(2)], runs });
    const reasons = ['a reason of very many words '.repeat(20).trim()];
    const faults = report.faults.map((fault) => ({ ...fault, reasons }));
    const text = printDrillReport({ ...report, faults }, plainStyle);
    expect(text).toContain(name);
    for (const line of lines(text)) expect(line.length).toBeLessThanOrEqual(100);
  }
});

test('a promise shows its arithmetic', () => {
  const promiseTerms = [
    { what: 'noticed', ms: 100 },
    { what: 'skew', ms: 6.25 },
  ];
  expect(promiseInWords({ promiseMs: 106.25, promiseTerms })).toBe('100 ms noticed + 6 ms skew = 106 ms');
  expect(promiseInWords({ promiseMs: null, promiseTerms: [] })).toBe('it lasts until it is repaired');
  expect(promiseInWords({ promiseMs: 0, promiseTerms: [] })).toBe('nobody notices');
});

test.each([
  [0, '0 ms'],
  [999.4, '999 ms'],
  [999.6, '1.00 s'],
  [-5000, '-5.00 s'],
  [75_320, '75.3 s'],
])('%d is shown as %s', (ms, text) => {
  expect(measured(ms)).toBe(text);
});
