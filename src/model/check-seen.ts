import type { Check } from './model.ts';

/** Checks come up to so much of their interval too early or too late. */
export const checkJitter = 0.1;

/** Checks begin on a beat, several at once: to wake up for each of a hundred backends costs twice as much. Milliseconds. */
export const checkBeatMs = 100;

/**
 * Within what time the checks of a pool have seen that a backend is of no use. Milliseconds. An agent asks once an interval, give or
 * take the jitter and half a beat, and one question comes after the other: each takes an interval, or its whole timeout and a beat.
 */
export function seenWithinMs({
  fall,
  timeoutMs,
  intervalMs,
}: Pick<Check, 'fall' | 'timeoutMs' | 'intervalMs'>): number {
  const longest = (1 + checkJitter) * intervalMs + checkBeatMs / 2;
  return Math.round(longest + timeoutMs + (fall - 1) * Math.max(timeoutMs + checkBeatMs, longest));
}
