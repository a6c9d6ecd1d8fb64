import type { Check } from './model.ts';

/**
 * Within what time the checks of a pool have seen that a backend is of no use. Milliseconds. An agent asks once an interval, give
 * or take a tenth, and one question comes after the other: each takes an interval, or its whole timeout.
 */
export function seenWithinMs({
  fall,
  timeoutMs,
  intervalMs,
}: Pick<Check, 'fall' | 'timeoutMs' | 'intervalMs'>): number {
  const longest = 1.1 * intervalMs;
  return Math.round(longest + fall * Math.max(timeoutMs, longest));
}
