import { formatDuration } from '../base/duration.ts';
import type { Tracker } from '../model/failover-settings.ts';
import type { Outage, Term } from './promise.ts';

/**
 * From the moment a backup becomes MASTER until a new client has an answer through it: it adds the addresses, its
 * gratuitous ARP reaches the neighbours, and one TLS handshake ends. Milliseconds. A choice, not a bound: on machines with two
 * cores that host seven lab machines, the longest gap that a client saw was mostly 79-134 after a clean stop of keepalived,
 * and 139-258 after all of NGINX was killed. Noticing and the VRRP wait are in it (7, and up to 107), and the pauses that
 * clients see when all is well; single runs were longer.
 */
export const takeOverMs = 100;

/** `takeOverMs` as a summand. */
export const takeOverTerm: Term = {
  what: 'take-over: addresses, gratuitous ARP, first TLS handshake',
  ms: takeOverMs,
};

/** What decides how long a backup waits. `advertMs`: the master's in version 3, which a backup learns from it; else its own. */
export interface Waiting {
  readonly version: 2 | 3;
  readonly priority: number;
  readonly advertMs: number;
}

/**
 * Skew time: how long a backup waits after an advert with priority 0. Lower priorities wait longer. Version 3 (RFC 9568
 * section 6.1): (256 - priority) / 256 of the advert interval; version 2 (RFC 3768 section 6.1): of one second, whatever
 * the interval. keepalived 2.2.7 and 2.3.3 do so too (VRRP_TIMER_SKEW in vrrp.h, with the priority that weights leave).
 */
export function skewTerm({ version, priority, advertMs }: Waiting): Term {
  const base = version === 2 ? 1000 : advertMs;
  return {
    what: `skew: (256 - ${priority})/256 of ${formatDuration(base)}`,
    ms: Math.ceil(((256 - priority) * base) / 256),
  };
}

/** Master-down time: three adverts and the skew (RFC 3768 and RFC 9568 section 6.1). */
export function masterDownTerms(waiting: Waiting): readonly [Term, ...Term[]] {
  const what = `master-down: 3 adverts of ${formatDuration(waiting.advertMs)}`;
  return [{ what, ms: 3 * waiting.advertMs }, skewTerm(waiting)];
}

/** What beginning one check may cost on a busy machine, in milliseconds: a process starts, or the agent's turn comes. */
const checkStarts = {
  process: { ms: 50, what: 'starting a process' },
  agent: { ms: 25, what: 'the turn of the agent' },
} as const;

/**
 * The longest time until a tracker has noticed. An event says itself how long it takes. A poll loop starts a check every
 * interval, or at the next turn when the one before still runs (keepalived's vrrp_script; the agent, docs/adr/0006-hung-nginx.md).
 * At worst NGINX fails just after a check has succeeded: one interval passes before the first check that fails.
 *
 * - dead: a check fails at once, so `fall` checks have failed after fall x interval.
 * - hung: a check fails after its timeout, and takes time to begin. The last of `fall` checks starts after
 *   (fall - 1) x the turns that one takes, and fails after the timeout.
 */
export function detectionTerms(tracker: Tracker, state: 'dead' | 'hung'): readonly [Term, ...Term[]] {
  const { name, detection } = tracker;
  if (detection.kind === 'event') return [{ what: `${name}: reported by the event`, ms: detection.withinMs }];
  const { intervalMs, timeoutMs, fall } = detection;
  const start = checkStarts[detection.asker];
  const [every, timeout] = [formatDuration(intervalMs), formatDuration(timeoutMs)];
  if (state === 'dead') return [{ what: `${name}: ${fall} x a check every ${every}`, ms: fall * intervalMs }];
  const turnMs = intervalMs * Math.max(1, Math.ceil(timeoutMs / intervalMs));
  const more = fall - 1;
  return [
    { what: `${name}: ${every} until the next check`, ms: intervalMs },
    ...(more === 0 ? [] : [{ what: `${name}: ${more} x a check every ${formatDuration(turnMs)}`, ms: more * turnMs }]),
    { what: `${name}: timeout ${timeout} of the last check`, ms: timeoutMs },
    { what: `${name}: ${fall} x ${start.what}`, ms: fall * start.ms },
  ];
}

/** The sum of terms. */
export function sumOf(terms: readonly Term[]): number {
  return terms.reduce((sum, term) => sum + term.ms, 0);
}

/** The outage that these terms add up to. */
export function bounded(terms: readonly [Term, ...Term[]]): Outage {
  return { kind: 'bounded', ms: sumOf(terms), terms };
}
