import { createHash } from 'node:crypto';
import type { AgentPool } from '../model/agent-config.ts';
import type { PeerSightings, Sighting } from './backends/pool-verdict.ts';
import { maxSightings } from './witness/witness-message.ts';
import type { SightedState, Sightings } from './witness/witness-message.ts';

/**
 * Where the part that asks backends and the one that speaks with the other balancers meet: a balancer tells what it sees with its
 * claims, and hears what the others see.
 */
export interface SightingsExchange {
  /** What this balancer sees, to be told. */
  readonly tell: (own: readonly Sighting[]) => void;
  readonly told: () => Sightings;
  /** What another balancer told at this moment, by the clock that never steps. */
  readonly hear: (balancer: string, sightings: Sightings, at: number) => void;
  /** What was heard of balancers that have the same list of backends. */
  readonly heard: (now: number) => readonly PeerSightings[];
}

const nothing: Sightings = { digest: 0, states: [] };
const numbers = { unknown: 0, up: 1, down: 2 } as const satisfies Readonly<Record<Sighting['state'], SightedState>>;
const states = ['unknown', 'up', 'down'] as const;

/** An exchange for these pools. With more backends than a message has room for, nothing is told. */
export function sightingsExchange(pools: readonly AgentPool[]): SightingsExchange {
  const places = pools
    .flatMap((pool) =>
      pool.backends.map(({ name, address, port }) => ({ pool: pool.name, backend: name, address, port })),
    )
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const digest = createHash('sha256').update(JSON.stringify(places)).digest().readUInt32BE(0);
  const others = new Map<string, { readonly at: number; readonly sightings: Sightings }>();
  let own = nothing;
  return {
    tell(seen) {
      const byPlace = new Map(seen.map((one) => [keyOf(one), one.state]));
      own =
        places.length > maxSightings
          ? nothing
          : { digest, states: places.map((place) => numbers[byPlace.get(keyOf(place)) ?? 'unknown']) };
    },
    told: () => own,
    hear(balancer, sightings, at) {
      others.set(balancer, { at, sightings });
    },
    heard: (now) =>
      [...others].flatMap(([balancer, { at, sightings }]) => {
        if (sightings.digest !== digest || sightings.states.length !== places.length) return [];
        const views = places.map(({ pool, backend }, index) => ({
          pool,
          backend,
          state: states[sightings.states[index] ?? 0],
        }));
        return [{ balancer, ageMs: now - at, views }];
      }),
  };
}

function keyOf({ pool, backend }: Pick<Sighting, 'pool' | 'backend'>): string {
  return `${pool} ${backend}`;
}
