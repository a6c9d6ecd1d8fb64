import { faultsName } from '../../src/proof/fault.ts';
import type { ModelFault } from '../../src/proof/fault.ts';
import type { VipOutcome } from '../../src/proof/promise.ts';
import { settlingMs, simulate } from './vrrp-simulation.ts';
import type { Happening, Simulated, SimulatedInstance } from './vrrp-simulation.ts';

/** What a promise is held against. */
export interface Trial {
  readonly instance: SimulatedInstance;
  readonly faults: readonly [ModelFault, ...ModelFault[]];
  readonly seed: number;
  /** Whether systemd starts a killed keepalived again; a proof is of the time before. */
  readonly restarts: 'as configured' | 'none';
}

/** Breaks all faults at one moment of a settled instance, and waits until all has settled again. */
export function tryFaults({ instance, faults, seed, restarts }: Trial): Simulated {
  const breakMs = 2 * Math.max(...instance.routers.map(({ advertMs }) => advertMs));
  // Whoever is killed at the moment in which it is told to stop does not come to say goodbye.
  const order = faults.toSorted(
    (a, b) => Number(b.kind === 'keepalived-killed') - Number(a.kind === 'keepalived-killed'),
  );
  return simulate({
    instance: restarts === 'none' ? withoutRestart(instance) : instance,
    happenings: order.map((fault): Happening => ({ atMs: breakMs, does: 'break', fault })),
    endMs: breakMs + settlingMs(instance),
    seed,
    start: 'settled',
  });
}

function withoutRestart(instance: SimulatedInstance): SimulatedInstance {
  return {
    ...instance,
    routers: instance.routers.map((router) => ({
      ...router,
      keepalivedDeath: { ...router.keepalivedDeath, restartMs: undefined },
    })),
  };
}

/** Adverts travel, and a promise is whole milliseconds. */
const roundingMs = 1;

/** A promise, what a simulation made of it, and the part of its milliseconds that no simulation has. */
export interface Comparison {
  readonly promise: VipOutcome | undefined;
  readonly trial: Trial;
  readonly run: Simulated;
  readonly takeOverMs: number;
}

/** What of a promise did not come true; empty: it was kept. */
export function brokenPromises({ promise, trial, run, takeOverMs }: Comparison): readonly string[] {
  if (promise === undefined) return ['there is no promise'];
  const { holders, working, outage } = promise;
  const found: string[] = [];
  const compare = (what: string, promised: string, simulated: string): void => {
    if (promised !== simulated) found.push(`${what}: promised ${promised}, simulated ${simulated} (${told(trial)})`);
  };
  compare('holders', holders.join(' '), run.holders.join(' '));
  compare('working', working.join(' '), run.working.join(' '));
  compare('until repaired', String(outage.kind === 'until-repaired'), String(run.answered !== 'all'));
  const promisedMs = outage.kind === 'bounded' ? outage.ms - takeOverMs + roundingMs : 0;
  if (outage.kind !== 'until-repaired' && run.longestDoubtMs > promisedMs) {
    compare('outage without the take-over', `${promisedMs} ms`, `${run.longestDoubtMs} ms`);
  }
  // A simulated neighbour never asks; who is promised nothing better than to ask is told of its wait by other tests.
  if (outage.kind !== 'until-repaired' && promisedMs < neighbourAsksMs && run.longestUnservedMs > promisedMs) {
    compare('outage of a neighbour without the take-over', `${promisedMs} ms`, `${run.longestUnservedMs} ms`);
  }
  return found;
}

/** When a real neighbour asks again by itself at the latest (src/proof/vrrp-healing.ts). */
const neighbourAsksMs = 53_000;

/** A trial in one line, as a person would write it down. */
function told({ instance, faults, seed }: Trial): string {
  const routers = instance.routers.map(({ balancer, priority, advertMs, preempt, trackers }) => {
    const weights = trackers.map(({ weight, detection }) => `${detection.kind} ${weight}`);
    return `${balancer} ${priority} every ${advertMs} ms preempt ${preempt.kind} [${weights.join(', ')}]`;
  });
  return `${faultsName(faults)}, version ${instance.version}, ${routers.join('; ')}, seed ${seed}`;
}
