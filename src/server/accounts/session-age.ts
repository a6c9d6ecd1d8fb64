import type { StoredSession } from '../../store/account-file.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/**
 * How long a session is good: unused, and at all. Milliseconds. Who may act is asked again after half an hour away and each day; who only looks
 * may be a screen on a wall that nobody touches.
 */
const limits = {
  operator: { idleMs: 30 * minute, totalMs: 12 * hour },
  viewer: { idleMs: 7 * day, totalMs: 7 * day },
} as const;

/** No session lives longer. Milliseconds. */
export const longestSessionMs = limits.viewer.totalMs;

/** A use is written down when the last one is this long ago: not with every request. Milliseconds. */
const usedEveryMs = minute;

/** Whether a session is still good. A clock that went back makes none older. */
export function isGoodSession({ role, begunAt, usedAt }: StoredSession, now: Date): boolean {
  const { idleMs, totalMs } = limits[role];
  const time = now.getTime();
  return time - Date.parse(usedAt) < idleMs && time - Date.parse(begunAt) < totalMs;
}

/** Whether this use of a session is to be written down. */
export function isNewUse({ usedAt }: StoredSession, now: Date): boolean {
  return now.getTime() - Date.parse(usedAt) >= usedEveryMs;
}
