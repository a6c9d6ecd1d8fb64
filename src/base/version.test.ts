import { expect, test } from 'vitest';
import { isAtLeast } from './version.ts';

test.each([
  ['1.26.3', '1.25.1', true],
  ['1.25.1', '1.25.1', true],
  ['1.22.1', '1.25.1', false],
  ['2.10.0', '2.3', true],
  ['2.3', '2.3.0', true],
  ['3', '2.3.3', true],
  ['2.2.7', '2.3', false],
])('%s is at least %s: %s', (version, wanted, answer) => {
  expect(isAtLeast(version, wanted)).toBe(answer);
});
