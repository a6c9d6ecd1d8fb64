import { expect, test } from 'vitest';
import { sampleReport } from '../../test/kit/drill-report-sample.ts';
import { readDrillReport } from './read-drill-report.ts';

test('what is written is read back', () => {
  const report = sampleReport({ runs: 2 });
  expect(readDrillReport(JSON.stringify(report))).toEqual({ ok: true, value: report });
});

test.each([
  ['', 'it is no JSON'],
  ['[]', 'it is no object'],
  ['{}', 'version is none of 1'],
  [JSON.stringify({ ...sampleReport(), version: 2 }), 'version is none of 1'],
  [JSON.stringify(sampleReport()).replace('"promiseMs":156', '"promiseMs":"156"'), 'faults[0].promiseMs is no number'],
  [JSON.stringify(sampleReport()).replace('"refused":', '"refusal":'), /^a key of faults\[0\]\.failedBy is none of/],
  [
    JSON.stringify(sampleReport()).replace(',1,1]', ',2,1]'),
    /^faults\[0\]\.timeline\.requests\[0\]\.points\[\d+\]\[2\]/,
  ],
])('%.40s is refused with the place', (text, message) => {
  expect(readDrillReport(text)).toEqual({
    ok: false,
    error: typeof message === 'string' ? message : expect.stringMatching(message),
  });
});
