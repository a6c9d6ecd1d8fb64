import type { Check } from './model.ts';

/** The beat of an agent's clock for checks: each is asked at the next beat, or half of one later, and a beat after the one before. Milliseconds. */
const beatMs = 100;

/**
 * Within what time the checks of a pool have seen that a backend is of no use. Milliseconds. An agent asks once an interval, give
 * or take a tenth, and one question comes after the other: each takes an interval, or its whole timeout.
 */
export function seenWithinMs({
  fall,
  timeoutMs,
  intervalMs,
}: Pick<Check, 'fall' | 'timeoutMs' | 'intervalMs'>): number {
  const longest = 1.1 * intervalMs + beatMs / 2;
  return Math.round(longest + timeoutMs + (fall - 1) * Math.max(timeoutMs + beatMs, longest));
}
