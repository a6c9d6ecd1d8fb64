import type { AgentBackend, AgentPool } from '../../model/agent-config.ts';
import type { BackendView } from './backend-view.ts';

/** The part of a view that a verdict looks at: what a peer tells may be no more than this. */
export type Sighting = Pick<BackendView, 'pool' | 'backend' | 'state'>;

/** What another balancer last told, and how long ago on the monotonic clock. */
export interface PeerSightings {
  readonly balancer: string;
  readonly ageMs: number;
  readonly views: readonly Sighting[];
}

/** What a verdict is made of. */
export interface VerdictInput {
  readonly pools: readonly AgentPool[];
  readonly own: readonly Sighting[];
  readonly peers: readonly PeerSightings[];
  /** What a peer told longer ago than this does not count. */
  readonly freshMs: number;
  /** Backends a person drains: `web1:8080`, or `web1` for all of its ports. */
  readonly drained: ReadonlySet<string>;
}

/** `down`: nobody who looks sees it up. `unreachable-from-here`: another balancer does. */
export type Belief = 'unknown' | 'up' | 'down' | 'unreachable-from-here';

/** What NGINX does with a backend: sends requests, sends none, or only those of users who are already there. */
export type BackendUse = 'up' | 'down' | 'drain';

/** What is believed and done about one backend. */
export interface BackendVerdict {
  readonly backend: AgentBackend;
  readonly belief: Belief;
  /** Balancers with a fresh view in which it is up. */
  readonly seenUpBy: readonly string[];
  readonly drained: boolean;
  readonly use: BackendUse;
}

/** What is believed and done about one pool. */
export interface PoolVerdict {
  readonly pool: string;
  readonly slowStartMs: number;
  /** So few are up that checks are not believed: all that are not drained are used. */
  readonly panic: boolean;
  /** Nothing is left that new requests could go to. */
  readonly empty: boolean;
  readonly backends: readonly BackendVerdict[];
}

/** What one balancer makes of all views. */
export interface EdgeVerdict {
  readonly pools: readonly PoolVerdict[];
  readonly reach: Reach;
}

/**
 * What a balancer reaches of all pools. `some`: at least one backend, or there are none to reach. `blind`: none while another one reaches
 * some, so it is of no use to clients. `nobody`: none, and by the word of another one neither does that. `unknown`: not all were judged, or
 * none is reached and nobody else says a word.
 */
export type Reach = 'some' | 'blind' | 'nobody' | 'unknown';

/** Makes a verdict of a balancer's own views and of what its peers told. */
export function judgePools(input: VerdictInput): EdgeVerdict {
  const fresh = input.peers.filter(({ ageMs }) => ageMs <= input.freshMs);
  const own = new Map(input.own.map((view) => [placeKey(view), view.state]));
  const peers = fresh.map(({ balancer, views }) => ({
    balancer,
    up: new Set(views.filter(({ state }) => state === 'up').map(placeKey)),
    seesNone: views.every(({ state }) => state === 'down'),
  }));
  const pools = input.pools.map((pool) => {
    const believed = pool.backends.map((backend) => {
      const key = placeKey({ pool: pool.name, backend: backend.name });
      const seenUpBy = peers.filter(({ up }) => up.has(key)).map(({ balancer }) => balancer);
      const state = own.get(key) ?? 'unknown';
      const belief: Belief = state === 'down' && seenUpBy.length > 0 ? 'unreachable-from-here' : state;
      return { backend, belief, seenUpBy, drained: isDrained(backend.name, input.drained) };
    });
    return poolVerdict(pool, believed);
  });
  return {
    pools,
    reach: reachOf(
      pools.flatMap(({ backends }) => backends),
      peers.some(({ seesNone }) => seesNone),
    ),
  };
}

type Believed = Omit<BackendVerdict, 'use'>;

/**
 * What is done about a backend:
 *
 *     drained   reachable   panic   use
 *     no        yes         -       up
 *     no        no          no      down
 *     no        no          yes     up
 *     yes       yes         -       drain
 *     yes       no          -       down
 */
function poolVerdict(pool: AgentPool, believed: readonly Believed[]): PoolVerdict {
  const panic = isPanic(pool, believed);
  const backends = believed.map((one): BackendVerdict => {
    if (one.drained) return { ...one, use: reachable(one) ? 'drain' : 'down' };
    return { ...one, use: reachable(one) || panic ? 'up' : 'down' };
  });
  const empty = !backends.some(({ use }) => use === 'up');
  return { pool: pool.name, slowStartMs: pool.check.slowStartMs, panic, empty, backends };
}

/**
 * Whether fewer than `panicPercent` of a pool are up. Backups count only as what they are for: one that is up stands
 * in for all others, so a pool whose backup works does not send requests to dead backends. What a person drains is no
 * part of the pool.
 */
function isPanic(pool: AgentPool, believed: readonly Believed[]): boolean {
  const offered = believed.filter(({ drained }) => !drained);
  const ordinary = offered.filter(({ backend }) => !backend.backup);
  const up = ordinary.filter(reachable).length;
  if (up === 0 && offered.some(reachable)) return false;
  const counted = ordinary.length === 0 ? offered : ordinary;
  return up * 100 < pool.panicPercent * counted.length;
}

/** A balancer without backends, or one that has not judged all of them, is not blind; neither is one that is alone. */
function reachOf(backends: readonly BackendVerdict[], othersReachNone: boolean): Reach {
  if (backends.length === 0 || backends.some(({ belief }) => belief === 'up')) return 'some';
  if (backends.some(({ belief }) => belief === 'unknown')) return 'unknown';
  if (backends.some(({ belief }) => belief === 'unreachable-from-here')) return 'blind';
  return othersReachNone ? 'nobody' : 'unknown';
}

function reachable({ belief }: Pick<Believed, 'belief'>): boolean {
  return belief === 'up' || belief === 'unknown';
}

/** The names of a host's backends are the host's name and a port. */
function isDrained(name: string, drained: ReadonlySet<string>): boolean {
  return drained.has(name) || drained.has(name.slice(0, name.lastIndexOf(':')));
}

/** No name has a blank. */
function placeKey({ pool, backend }: Pick<Sighting, 'pool' | 'backend'>): string {
  return `${pool} ${backend}`;
}
