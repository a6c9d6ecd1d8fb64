import { formatDuration } from '../base/duration.ts';
import { seenWithinMs } from '../model/check-seen.ts';
import type { FailoverSettings } from '../model/failover-settings.ts';
import type { Backend, Pool } from '../model/model.ts';
import { noOutage } from './outage.ts';
import type { Outage, PoolOutcome, Term } from './promise.ts';
import { bounded } from './vrrp-timing.ts';

/** How a backend is down: its host answers "refused", nothing answers, or connections are taken and nobody answers on them. */
export type BackendDown = 'refuses' | 'silent' | 'hangs';

/** Backends that are down, by name. */
export type DownBackends = ReadonlyMap<string, BackendDown>;

/** What a pool is asked with. */
export interface PoolCase {
  readonly proxying: FailoverSettings['proxying'];
  readonly down: DownBackends;
}

/**
 * A request that was passed on has its answer from the next backend in this time. Milliseconds. A choice, not a bound: on
 * machines with two cores that host seven lab machines, the longest gap that a client saw when one of two backends refused was
 * mostly 66-124, with the pauses in it that clients see when all is well; single runs were longer.
 */
const nextBackendMs = 100;

/**
 * Whether a pool serves while these backends are down, and how long a client may wait for a success. A refused connection is
 * passed on at once, one that nobody answers after the connect timeout. A request on a kept connection to a backend without
 * power is not in the bound: it waits for the read timeout, while new ones are served.
 */
export function poolOutcome(pool: Pool, { proxying, down }: PoolCase): PoolOutcome {
  const up = new Set(pool.backends.map(({ name }) => name).filter((name) => !down.has(name)));
  return {
    pool: pool.name,
    up: [...up],
    served: up.size > 0,
    outage: up.size === 0 ? nobodyServes(pool) : outageOf(pool, { proxying, down }),
  };
}

function nobodyServes(pool: Pool): Outage {
  return { kind: 'until-repaired', why: `no backend of the pool ${pool.name} answers` };
}

function outageOf(pool: Pool, { proxying, down }: PoolCase): Outage {
  const isDown = ({ name }: Backend): boolean => down.has(name);
  const regular = pool.backends.filter(({ backup }) => !backup);
  // Spare ones are asked only when no regular one is left.
  const asked = regular.some((backend) => !isDown(backend)) ? regular : pool.backends;
  const downOnes = asked.filter(isDown);
  if (downOnes.length === 0) return noOutage;
  const silent = downOnes.filter(({ name }) => down.get(name) === 'silent').length;
  const { connectMs, attempts, withinMs, windowMs } = limitsOf(pool, proxying);
  const hangs = downOnes.some(({ name }) => down.get(name) === 'hangs');
  const wait: Term = { what: `${silent} x connect timeout of ${formatDuration(connectMs)}`, ms: silent * connectMs };
  const next: Term = { what: 'the next backend answers', ms: nextBackendMs };
  const passedOn = attempts > downOnes.length && (silent === 0 || wait.ms < withinMs);
  const left: readonly Term[] = hangs ? [leftOut(pool)] : [];
  const until: readonly Term[] = passedOn
    ? left
    : [...left, { what: 'retries do not reach a backend that is up: until the others are left out', ms: windowMs }];
  return silent === 0 ? bounded(last(until, next)) : bounded([wait, ...until, next]);
}

function leftOut({ check }: Pool): Term {
  const what = `an agent has waited for ${check.fall} answers of ${formatDuration(check.timeoutMs)} at most`;
  return { what, ms: seenWithinMs(check) };
}

function last(terms: readonly Term[], end: Term): readonly [Term, ...Term[]] {
  const [first, ...rest] = terms;
  return first === undefined ? [end] : [first, ...rest, end];
}

interface Limits {
  readonly connectMs: number;
  readonly attempts: number;
  readonly withinMs: number;
  readonly windowMs: number;
}

/** Plain: NGINX's defaults (proxy_connect_timeout 60s, proxy_next_upstream error timeout without limits, fail_timeout 10s). */
function limitsOf(pool: Pool, proxying: FailoverSettings['proxying']): Limits {
  if (proxying === 'plain') {
    return { connectMs: 60_000, attempts: Infinity, withinMs: Infinity, windowMs: 10_000 };
  }
  const { attempts, withinMs } = pool.retry;
  return {
    connectMs: pool.timeouts.connectMs,
    attempts,
    withinMs: withinMs === 0 ? Infinity : withinMs,
    windowMs: pool.check.windowMs,
  };
}
