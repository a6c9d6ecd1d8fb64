import fc from 'fast-check';
import { priorities } from '../../src/model/deal-priorities.ts';
import type { GratuitousArp, Preempt, Tracker } from '../../src/model/failover-settings.ts';
import type { Balancer, Claim, Model, Vip } from '../../src/model/model.ts';
import { referenceModel } from '../../src/model/reference-model.ts';
import { singleFaults } from '../../src/proof/fault.ts';
import type { ModelFault } from '../../src/proof/fault.ts';
import type { VrrpInstance, VrrpRouter, VrrpSetup } from '../../src/proof/vrrp-setup.ts';
import { address, smallModel } from './small-edge.ts';

/** Advert intervals of safe, normal and fast, and the tutorial's pair. */
const profiles = ['safe', 'normal', 'fast', 'reference'] as const;
const advertMs = { safe: 1000, normal: 100, fast: 50, reference: 1000 } as const;

/** Models with 2 to 5 balancers and 1 to 6 VIPs, each with an order of its own in which balancers may hold it. */
export const proofModels: fc.Arbitrary<Model> = fc
  .integer({ min: 2, max: 5 })
  .chain((count) => {
    const names = Array.from({ length: count }, (_, index) => `lb${index + 1}`);
    return fc.record({
      names: fc.constant(names),
      profile: fc.constantFrom(...profiles),
      orders: fc.array(fc.shuffledSubarray(names, { minLength: count }), { minLength: 1, maxLength: 6 }),
    });
  })
  .map(({ names, profile, orders }) => proofModel(names, orders, profile));

function proofModel(
  names: readonly string[],
  orders: readonly (readonly string[])[],
  profile: (typeof profiles)[number],
): Model {
  const vips = orders.flatMap((order, index) => proofVip(order, index));
  const [first, ...others] = vips.map(({ name }) => name);
  if (first === undefined) throw new Error('a model without a VIP');
  const model: Model = {
    ...smallModel,
    failover: profile === 'reference' ? 'safe' : profile,
    advertMs: advertMs[profile],
    balancers: names.map((name, index): Balancer => ({
      kind: 'balancer',
      name,
      addresses: [address(`192.168.10.${11 + index}`)],
      network: 'lan',
      interface: 'eth0',
      ssh: { destination: name, user: undefined, port: undefined, identity: undefined, jump: undefined },
    })),
    nameservers: smallModel.nameservers.map((server, index) => ({
      ...server,
      addresses: [address(`192.168.10.${21 + index}`)],
    })),
    vips,
    sites: smallModel.sites.map((site) => ({ ...site, vips: [first, ...others] })),
  };
  return profile === 'reference' ? referenceModel(model) : model;
}

function proofVip(order: readonly string[], index: number): readonly Vip[] {
  const dealt = priorities(order.length);
  const claims = order.map((balancer, rank): Claim => ({ balancer, priority: dealt[rank] ?? 1 }));
  const [first, ...others] = claims;
  if (first === undefined) return [];
  return [
    {
      name: `vip${index + 1}`,
      ipv4: address(`192.168.10.${100 + index}`),
      ipv6: undefined,
      network: 'lan',
      vrid: 51 + index,
      preferred: first.balancer,
      claims: [first, ...others],
    },
  ];
}

/** The single faults of a model that balancers can notice: their own, and those of the paths between them. */
export function balancerFaults(model: Model): readonly ModelFault[] {
  return singleFaults(model).filter((fault) => 'balancer' in fault || fault.kind === 'partition');
}

/** Which faults to choose: by numbers, and of all balancers or only of the two that claim the first VIP most. */
export interface Choice {
  readonly one: number;
  readonly other: number | undefined;
  readonly among: 'all' | 'first two';
}

/** Choices of one fault or of two; most of the two meet on those balancers where they make a difference. */
export const choices: fc.Arbitrary<Choice> = fc.record({
  one: fc.nat(),
  other: fc.option(fc.nat(), { nil: undefined }),
  among: fc.constantFrom<Choice['among']>('all', 'first two', 'first two'),
});

/** One or two different faults of balancers and paths. */
export function chosenFaults(model: Model, { one, other, among }: Choice): Faults {
  const close = new Set(model.vips[0]?.claims.slice(0, 2).map(({ balancer }) => balancer));
  const all = balancerFaults(model).filter((fault) => among === 'all' || isWithin(fault, close));
  const first = all[one % all.length];
  if (first === undefined) throw new Error('a model without a fault');
  const others = all.filter((fault) => fault !== first);
  const second = other === undefined ? undefined : others[other % others.length];
  if (second === undefined) return [first];
  // In the order of `singleFaults`, as the proof lists its pairs.
  return all.indexOf(first) < all.indexOf(second) ? [first, second] : [second, first];
}

function isWithin(fault: ModelFault, balancers: ReadonlySet<string>): boolean {
  if (fault.kind === 'partition') return balancers.has(fault.from) && balancers.has(fault.to);
  return 'balancer' in fault && balancers.has(fault.balancer);
}

export type Faults = readonly [ModelFault, ...ModelFault[]];

const preempts: fc.Arbitrary<Preempt> = fc.oneof(
  fc.constant<Preempt>({ kind: 'at-once' }),
  fc.constant<Preempt>({ kind: 'never' }),
  fc.integer({ min: 1, max: 10 }).map((seconds): Preempt => ({ kind: 'after', delayMs: seconds * 1000 })),
);

const trackers: fc.Arbitrary<Tracker> = fc
  .record({
    weight: fc.oneof(fc.constant(0), fc.integer({ min: -120, max: 120 })),
    detection: fc.constantFrom<Tracker['detection']>(
      { kind: 'event', withinMs: 100 },
      { kind: 'poll', asker: 'process', intervalMs: 1000, timeoutMs: 500, fall: 2, rise: 1 },
      { kind: 'poll', asker: 'process', intervalMs: 2000, timeoutMs: 2000, fall: 1, rise: 1 },
    ),
  })
  .map(({ weight, detection }) => ({ name: `check${weight}`, notices: ['dead'], detection, weight }));

const garp: fc.Arbitrary<GratuitousArp> = fc.record({
  onLowerAdvert: fc.boolean(),
  answersHigher: fc.boolean(),
  refreshMs: fc.constantFrom(undefined, 1000, 5000),
});

const manners = fc.record({
  advertMs: fc.constantFrom(1000, 2000),
  preempt: preempts,
  trackers: fc.array(trackers, { minLength: 0, maxLength: 2 }),
  garp,
});

/**
 * Hand-made pairs and larger groups: any priorities, weights, intervals and ways to preempt. On all the same, or on each its
 * own, as where two people configured them.
 */
export const handMadeSetups: fc.Arbitrary<VrrpSetup> = fc
  .record({
    priorities: fc.array(fc.integer({ min: 1, max: 254 }), { minLength: 2, maxLength: 4 }),
    version: fc.constantFrom<2 | 3>(2, 3),
    manners: fc.oneof(
      { weight: 2, arbitrary: fc.tuple(manners) },
      { weight: 1, arbitrary: fc.tuple(manners, manners, manners, manners) },
    ),
  })
  .map(({ priorities, version, manners }): VrrpSetup => {
    const routers = priorities.flatMap((priority, index): readonly VrrpRouter[] => {
      const manner = manners[index] ?? manners[0];
      const named = manner.trackers.map((tracker, at) => ({ ...tracker, name: `${tracker.name}-${at}` }));
      // With version 2, routers with different intervals are no group at all: each drops what the others say.
      const { advertMs } = version === 2 ? manners[0] : manner;
      const balancer = `lb${index + 1}`;
      return [{ ...manner, advertMs, balancer, priority, trackers: named, keepalivedDeath: debianDeath }];
    });
    return { singleBalancer: 'refused', instances: instanceOf(version, routers) };
  });

const debianDeath = { addresses: 'stay', restartMs: undefined } as const;

function instanceOf(version: 2 | 3, routers: readonly VrrpRouter[]): readonly VrrpInstance[] {
  const [first, ...others] = routers.toSorted((a, b) => b.priority - a.priority);
  return first === undefined ? [] : [{ name: 'vip1', vrid: 51, version, routers: [first, ...others] }];
}

/** Whether two routers have one priority, or one once their weights are added: then chance decides who holds the VIP. */
export function isDecidedByChance({ instances }: VrrpSetup): boolean {
  return instances.some(({ routers }) =>
    [routers.map(({ priority }) => priority), routers.map(priorityWhenWell)].some(
      (all) => new Set(all).size < all.length,
    ),
  );
}

function priorityWhenWell({ priority, trackers }: VrrpRouter): number {
  return Math.min(
    254,
    trackers.reduce((sum, { weight }) => sum + Math.max(0, weight), priority),
  );
}
