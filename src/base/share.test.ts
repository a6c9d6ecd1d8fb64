import { expect, test } from 'vitest';
import { parseShare } from './share.ts';

test.each([
  ['99.9%', 99.9],
  ['99.999%', 99.999],
  ['99%', 99],
  ['50%', 50],
  ['100%', undefined],
  ['49.9%', undefined],
  ['99.9999%', undefined],
  ['99.9', undefined],
  ['99,9%', undefined],
  [' 99.9%', undefined],
  ['99.%', undefined],
  ['', undefined],
])('%j is %j per cent', (text, percent) => {
  expect(parseShare(text)).toBe(percent);
});
