import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulateWitness } from '../../../test/kit/witness-simulation.ts';
import type { Linked, WitnessMoment, WitnessWorld } from '../../../test/kit/witness-simulation.ts';

/** What is broken between two hosts from `cutMs` to `healMs`. */
interface Cut {
  readonly from: string;
  readonly to: string;
  /** `udp`: VRRP passes. `filter`: ARP passes, nothing else. */
  readonly kind: 'all' | 'vrrp' | 'udp' | 'filter';
  readonly direction: 'two-way' | 'one-way';
}

interface Scenario {
  readonly seed: number;
  readonly balancers: number;
  readonly witnesses: number;
  readonly gateway: boolean;
  readonly cuts: readonly Cut[];
  /** Dies at `deathMs`. */
  readonly dead: string | undefined;
}

const cutMs = 3000;
const deathMs = 7000;
const healMs = 12_000;
/** Ten seconds for the hold of a blocked VRRP, and some to come back. */
const clearMs = healMs + 16_000;
const settleMs = 2000;
const advertMs = 100;
const vips = ['10.0.0.101', '10.0.0.102', '10.0.0.103'];
const names = ['lb1', 'lb2', 'lb3', 'w1', 'w2', 'w3', 'gw'];

const cut: fc.Arbitrary<Cut> = fc.record({
  from: fc.constantFrom('lb1', 'lb2', ...names),
  to: fc.constantFrom('lb1', 'lb2', ...names),
  kind: fc.constantFrom('all' as const, 'all' as const, 'vrrp' as const, 'udp' as const, 'filter' as const),
  direction: fc.constantFrom('two-way' as const, 'two-way' as const, 'one-way' as const),
});

/** Two sides that hear nothing of each other. */
const sides: fc.Arbitrary<readonly Cut[]> = fc
  .subarray(names)
  .map((one) =>
    one.flatMap((from) =>
      names.filter((to) => !one.includes(to)).map((to): Cut => ({ from, to, kind: 'all', direction: 'two-way' })),
    ),
  );

const scenario: fc.Arbitrary<Scenario> = fc.record({
  seed: fc.nat(1_000_000),
  balancers: fc.integer({ min: 2, max: 3 }),
  witnesses: fc.integer({ min: 0, max: 3 }),
  gateway: fc.boolean(),
  cuts: fc.oneof(fc.array(cut, { maxLength: 8 }), sides),
  dead: fc.option(fc.constantFrom('lb1', 'lb2'), { nil: undefined }),
});

function worldOf(one: Scenario): WitnessWorld {
  const balancers = ['lb1', 'lb2', 'lb3'].slice(0, one.balancers);
  let state = one.seed * 2 + 1;
  return {
    balancers,
    witnesses: ['w1', 'w2', 'w3'].slice(0, one.witnesses),
    gateway: one.gateway ? 'gw' : undefined,
    priorities: new Map(
      vips
        .slice(0, one.balancers)
        .map((vip, at) => [
          vip,
          new Map(balancers.map((name, index) => [name, 250 - 10 * ((index - at + one.balancers) % one.balancers)])),
        ]),
    ),
    advertMs,
    endMs: clearMs,
    linked: (now) => linksAt(one, now),
    isDead: (now, host) => host === one.dead && now >= deathMs,
    random: () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    },
  };
}

function linksAt({ cuts }: Scenario, now: number): Linked {
  if (now < cutMs || now >= healMs) return () => true;
  return ({ from, to, by }) =>
    !cuts.some(
      (one) =>
        ((one.from === from && one.to === to) || (one.direction === 'two-way' && one.from === to && one.to === from)) &&
        (one.kind === 'all' || (one.kind === 'filter' ? by !== 'arp' : one.kind === by)),
    );
}

/** Whether UDP passes both ways. */
function reaches(links: Linked, a: string, b: string): boolean {
  return links({ from: a, to: b, by: 'udp' }) && links({ from: b, to: a, by: 'udp' });
}

/** Whether `lower` can know that `higher` holds the VIP too: from itself, or from most of the witnesses that answer. */
function canKnow(
  world: WitnessWorld,
  links: Linked,
  pair: { readonly lower: string; readonly higher: string },
): boolean {
  if (links({ from: pair.higher, to: pair.lower, by: 'udp' })) return true;
  const answering = world.witnesses.filter((one) => reaches(links, pair.lower, one));
  const telling = answering.filter((one) => links({ from: pair.higher, to: one, by: 'udp' }));
  return telling.length * 2 > answering.length;
}

/** Whether a balancer hears most of the witnesses and the gateway, of which there is at least one. */
function hasMajority(world: WitnessWorld, links: Linked, balancer: string): boolean {
  const voters = [...world.witnesses, ...(world.gateway === undefined ? [] : [world.gateway])];
  return voters.filter((one) => reaches(links, balancer, one)).length * 2 > voters.length;
}

/** Two holders of which the lower one can know of the higher one. */
function unsettled(world: WitnessWorld, links: Linked, { holders }: WitnessMoment): readonly string[] {
  return [...holders].flatMap(([vip, names]) =>
    names.flatMap((higher) =>
      names
        .filter((lower) => (world.priorities.get(vip)?.get(lower) ?? 0) < (world.priorities.get(vip)?.get(higher) ?? 0))
        .filter((lower) => canKnow(world, links, { lower, higher }))
        .map((lower) => `${vip} on ${higher} and ${lower}`),
    ),
  );
}

/** Who should hold each VIP: of those that live, the one with the highest priority. */
function preferred(world: WitnessWorld, now: number): ReadonlyMap<string, readonly string[]> {
  return new Map(
    [...world.priorities].map(([vip, priorities]) => {
      const alive = [...priorities].filter(([name]) => !world.isDead(now, name));
      const [first] = alive.toSorted(([, a], [, b]) => b - a);
      return [vip, first === undefined ? [] : [first[0]]];
    }),
  );
}

/** Balancers that live and do anything but what VRRP says. */
function busy(world: WitnessWorld, { now, decisions }: WitnessMoment): readonly string[] {
  return [...decisions]
    .filter(([name, { isolate, yields, announce }]) => {
      return !world.isDead(now, name) && (isolate === 'yes' || yields.size > 0 || announce.length > 0);
    })
    .map(([name]) => name);
}

/** VIPs that nobody holds while a balancer could, and those that two hold. */
function wrongNow(world: WitnessWorld, moment: WitnessMoment, links: Linked): readonly string[] {
  const able = world.balancers.filter((name) => !world.isDead(moment.now, name) && hasMajority(world, links, name));
  const lost = [...moment.holders].filter(([, names]) => names.length === 0).map(([vip]) => `${vip} on nobody`);
  return [...unsettled(world, links, moment), ...(able.length === 0 ? [] : lost)];
}

/** Throws when something has been wrong for longer than `settleMs`. A VIP may be on two for an advert when VRRP hands it on. */
function watchFor(world: WitnessWorld, linked: (now: number) => Linked): (moment: WitnessMoment) => void {
  let since: ReadonlyMap<string, number> = new Map();
  return (moment) => {
    const { now } = moment;
    since = new Map(wrongNow(world, moment, linked(now)).map((wrong) => [wrong, since.get(wrong) ?? now]));
    for (const [wrong, began] of since) {
      if (now - began > settleMs) throw new Error(`${wrong} from ${began} to ${now} ms`);
    }
  };
}

describe('balancers, witnesses and a network that breaks', () => {
  it('settle two holders in two seconds, never lose both, and are as before when all is healed', () => {
    fc.assert(
      fc.property(scenario, (one) => {
        const world = worldOf(one);
        const watch = watchFor(world, (now) => linksAt(one, now));
        let last: WitnessMoment | undefined;
        simulateWitness(world, (moment) => {
          watch(moment);
          last = moment;
        });
        expect(last?.holders).toEqual(preferred(world, clearMs));
        expect(last === undefined ? [] : busy(world, last)).toEqual([]);
      }),
      { numRuns: 80 },
    );
  });

  it('take over from a dead holder at the speed of VRRP, whatever the witnesses say', () => {
    fc.assert(
      fc.property(scenario, (drawn) => {
        const world = { ...worldOf({ ...drawn, cuts: [], dead: 'lb1' }), endMs: healMs };
        let without = 0;
        simulateWitness(world, (moment) => {
          if (moment.now < settleMs) return;
          if (moment.holders.get('10.0.0.101')?.length === 0) without = moment.now - deathMs;
          const acting = busy(world, moment);
          if (acting.length > 0) throw new Error(`at ${moment.now} ms: ${acting.join(', ')} acted`);
        });
        // Three adverts, the skew of priority 240, what an advert takes, and the steps of the simulation.
        expect(without).toBeLessThanOrEqual(3 * advertMs + 7 + 15 + 10);
      }),
      { numRuns: 40 },
    );
  });

  it('change nothing when all witnesses die at once', () => {
    fc.assert(
      fc.property(scenario, (drawn) => {
        const world = { ...worldOf({ ...drawn, dead: undefined, cuts: deafWitnesses }), endMs: clearMs - 10_000 };
        const expected = [...preferred(world, 0)].join(' ');
        simulateWitness(world, (moment) => {
          if (moment.now < settleMs) return;
          const found = [...moment.holders].join(' ');
          const acting = busy(world, moment);
          if (found !== expected || acting.length > 0)
            throw new Error(`at ${moment.now} ms: ${found}, ${acting.join()}`);
        });
      }),
      { numRuns: 20 },
    );
  });
});

const deafWitnesses = ['w1', 'w2', 'w3'].flatMap((from) =>
  ['lb1', 'lb2', 'lb3'].map((to): Cut => ({ from, to, kind: 'all', direction: 'two-way' })),
);
