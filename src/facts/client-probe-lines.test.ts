import { expect, test } from 'vitest';
import { readClientProbeLine } from './client-probe-lines.ts';

test.each([
  ['round 0', { kind: 'round', round: 0 }],
  ['round 123456', { kind: 'round', round: 123_456 }],
  ['7 0 0 200 0.012345', { kind: 'answer', round: 7, index: 0, exitCode: 0, status: 200, ms: 12.345 }],
  ['7 12 28 000 2.001', { kind: 'answer', round: 7, index: 12, exitCode: 28, status: 0, ms: 2001 }],
  ['7 12 7 000 0', { kind: 'answer', round: 7, index: 12, exitCode: 7, status: 0, ms: 0 }],
])('%j', (line, read) => {
  expect(readClientProbeLine(line)).toEqual(read);
});

test.each([
  '',
  'round',
  'round x',
  'round -1',
  '7 0 0 200',
  '7 0 0 200 0.01 more',
  'curl: (7) no',
  '7 0 0 200 1e9',
  ' 7 0 0 200 1',
])('%j is no line of the probe', (line) => {
  expect(readClientProbeLine(line)).toBeUndefined();
});
