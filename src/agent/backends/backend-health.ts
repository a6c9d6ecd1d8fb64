import type { CheckResult } from './check-result.ts';

/** `unknown`: not judged yet, and used like `up`. */
export type HealthState = 'unknown' | 'up' | 'down';

/** What one observer believes of a backend, and why. */
export interface BackendHealth {
  readonly state: HealthState;
  /** When the state changed last, as Unix time in ms. Only for people: nothing is computed from it. */
  readonly since: number;
  /** Good answers since the last bad one. */
  readonly passedInRow: number;
  /** Bad answers since the last good one. */
  readonly failedInRow: number;
  /** Words of the last check that did not pass; empty when there was none. */
  readonly lastError: string;
  /** When that was, as Unix time in ms; 0 when there was none. Only for people. */
  readonly lastErrorAt: number;
  readonly checks: number;
  readonly failures: number;
  /** Checks that this host could not make. */
  readonly skipped: number;
  readonly changes: number;
  /** When it went down, in ms of the monotonic clock, oldest first. At most `keptFalls`. */
  readonly falls: readonly number[];
}

/** When a backend changes its state. */
export interface HealthRules {
  readonly rise: number;
  readonly fall: number;
}

/** When a result came. */
export interface ResultTime {
  /** Monotonic, in ms. */
  readonly nowMs: number;
  /** Unix time in ms, for people. */
  readonly wallMs: number;
}

/** So long is a fall remembered. */
export const dampingWindowMs = 600_000;
/** So many falls within the window are ordinary: a deployment, a restart. */
const freeFalls = 2;
/** More falls than these make no difference. */
export const keptFalls = 8;
/** Never more good answers in a row than these are asked for, unless `rise` itself is more. */
const mostNeeded = 32;

/** A backend nobody has asked yet. */
export function unknownHealth(wallMs: number): BackendHealth {
  return {
    state: 'unknown',
    since: wallMs,
    passedInRow: 0,
    failedInRow: 0,
    lastError: '',
    lastErrorAt: 0,
    checks: 0,
    failures: 0,
    skipped: 0,
    changes: 0,
    falls: [],
  };
}

/**
 * Good answers in a row that bring this backend back. Each fall beyond two within ten minutes doubles `rise`, up to 32:
 *
 *     falls in the window   0-2   3    4    5    6 and more
 *     rise 2                  2   4    8   16   32
 */
export function passesNeeded(health: BackendHealth, rise: number, nowMs: number): number {
  const recent = health.falls.filter((fallMs) => nowMs - fallMs < dampingWindowMs).length;
  return Math.max(rise, Math.min(rise * 2 ** Math.max(0, recent - freeFalls), mostNeeded));
}

/**
 * What is believed after one more result.
 *
 *     state     passed                          failed                       skipped
 *     unknown   up                              down after `fall` in a row   unknown
 *     up        up                              down after `fall` in a row   up
 *     down      up after enough in a row        down                         down
 */
export function judgeResult(
  health: BackendHealth,
  result: CheckResult,
  { nowMs, wallMs, rise, fall }: ResultTime & HealthRules,
): BackendHealth {
  switch (result.kind) {
    case 'skipped':
      return { ...health, skipped: health.skipped + 1, lastError: result.error, lastErrorAt: wallMs };
    case 'passed': {
      const next = { ...health, checks: health.checks + 1, passedInRow: health.passedInRow + 1, failedInRow: 0 };
      if (health.state === 'up') return next;
      if (health.state === 'down' && next.passedInRow < passesNeeded(health, rise, nowMs)) return next;
      return { ...next, state: 'up', since: wallMs, changes: health.changes + 1 };
    }
    case 'failed': {
      const next = {
        ...health,
        checks: health.checks + 1,
        failures: health.failures + 1,
        passedInRow: 0,
        failedInRow: health.failedInRow + 1,
        lastError: result.error,
        lastErrorAt: wallMs,
      };
      if (health.state === 'down' || next.failedInRow < fall) return next;
      const falls = [...health.falls, nowMs].slice(-keptFalls);
      return { ...next, state: 'down', since: wallMs, changes: health.changes + 1, falls };
    }
  }
}
