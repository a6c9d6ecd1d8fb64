import { keepalivedGarp } from '../../src/model/failover-settings.ts';
import type { GratuitousArp, KeepalivedDeath, Preempt, Tracker } from '../../src/model/failover-settings.ts';
import type { BalancerFaultKind, ModelFault } from '../../src/proof/fault.ts';
import { settlingMs, simulate } from './vrrp-simulation.ts';
import type { Happening, Simulated, SimulatedInstance } from './vrrp-simulation.ts';

/** What a pair is made of; what is left out is as on Debian, without any tracker. */
export interface PairSettings {
  readonly priorities?: readonly number[];
  readonly advertMs?: number;
  readonly version?: 2 | 3;
  readonly preempt?: Preempt;
  readonly trackers?: readonly Tracker[];
  readonly keepalivedDeath?: KeepalivedDeath;
  readonly garp?: GratuitousArp;
}

/** One VIP between lb1, lb2, ...; of each setting all have the same, but of the priorities. */
export function vrrpPair({ priorities = [150, 100], version = 3, ...settings }: PairSettings): SimulatedInstance {
  return {
    name: 'vip1',
    version,
    routers: priorities.map((priority, index) => ({
      balancer: `lb${index + 1}`,
      priority,
      advertMs: settings.advertMs ?? 1000,
      preempt: settings.preempt ?? { kind: 'at-once' },
      trackers: settings.trackers ?? [],
      keepalivedDeath: settings.keepalivedDeath ?? { addresses: 'stay', restartMs: undefined },
      garp: settings.garp ?? keepalivedGarp,
    })),
  };
}

/** A tracker that is told of a dead NGINX by an event; weight 0 is FAULT. */
export function eventTracker(weight: number, withinMs = 10): Tracker {
  return { name: `event ${weight}`, notices: ['dead'], detection: { kind: 'event', withinMs }, weight };
}

/** A fault of one balancer. */
export function faultOf(kind: BalancerFaultKind, balancer = 'lb1'): ModelFault {
  return { kind, balancer };
}

const breakMs = 10_000;

/** Breaks these at one moment, with the timers at each of many places; `seeds` of them. */
export function breakPair(
  instance: SimulatedInstance,
  faults: readonly ModelFault[],
  seeds = 60,
): readonly Simulated[] {
  return Array.from({ length: seeds }, (_, seed) =>
    simulate({
      instance,
      happenings: faults.map((fault): Happening => ({ atMs: breakMs, does: 'break', fault })),
      endMs: breakMs + settlingMs(instance),
      seed,
      start: 'settled',
    }),
  );
}

/** Breaks it, waits until all has settled, heals it, and waits again. The healing is at half of the time after the fault. */
export function breakAndHeal(instance: SimulatedInstance, fault: ModelFault, seed: number): Simulated {
  const settled = settlingMs(instance);
  return simulate({
    instance,
    happenings: [
      { atMs: breakMs, does: 'break', fault },
      { atMs: breakMs + settled, does: 'heal', fault },
    ],
    endMs: breakMs + 2 * settled,
    seed,
    start: 'settled',
  });
}

/** Shortest and longest of the gaps. */
export function gapsOf(runs: readonly Simulated[]): { readonly least: number; readonly most: number } {
  const gaps = runs.map(({ longestGapMs }) => longestGapMs);
  return { least: Math.min(...gaps), most: Math.max(...gaps) };
}
