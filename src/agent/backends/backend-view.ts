import type { BackendHealth, HealthState } from './backend-health.ts';
import type { BackendPlace } from './check-target.ts';

/** What a balancer tells of one backend: to people, to other balancers and to its own verdict. Plain JSON. */
export interface BackendView {
  readonly pool: string;
  readonly backend: string;
  readonly state: HealthState;
  /** When the state changed last, as Unix time in ms. Only for people. */
  readonly since: number;
  /** Words of the last check that did not pass; empty when there was none. */
  readonly lastError: string;
  /** When that was, as Unix time in ms; 0 when there was none. */
  readonly lastErrorAt: number;
  readonly checks: number;
  readonly failures: number;
  readonly skipped: number;
  readonly changes: number;
}

/** What is told of a backend at one of its places. */
export function backendView({ pool, backend }: BackendPlace, health: BackendHealth): BackendView {
  const { state, since, lastError, lastErrorAt, checks, failures, skipped, changes } = health;
  return { pool, backend, state, since, lastError, lastErrorAt, checks, failures, skipped, changes };
}
