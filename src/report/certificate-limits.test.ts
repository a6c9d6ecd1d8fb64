import { expect, test } from 'vitest';
import { certificateUrgency } from './certificate-limits.ts';

test.each([
  [-1, 'error'],
  [2, 'error'],
  [3, 'warning'],
  [7, 'warning'],
  [8, 'none'],
] as const)('%i days left: %s', (days, urgency) => {
  expect(certificateUrgency(days)).toBe(urgency);
});
