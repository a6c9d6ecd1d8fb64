import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  balancerFaults,
  choices,
  chosenFaults,
  handMadeSetups,
  isDecidedByChance,
  proofModels,
} from '../../test/kit/proof-arbitrary.ts';
import { smallModel } from '../../test/kit/small-edge.ts';
import { breakAndHeal, eventTracker, vrrpPair } from '../../test/kit/vrrp-pair.ts';
import { brokenPromises, tryFaults, type Trial } from '../../test/kit/vrrp-promise.ts';
import { settlingMs, simulatedInstances, type SimulatedInstance } from '../../test/kit/vrrp-simulation.ts';
import { keepalivedGarp } from '../model/failover-settings.ts';
import { referenceModel } from '../model/reference-model.ts';
import { faultName, type ModelFault } from './fault.ts';
import type { Outage } from './promise.ts';
import { proveVrrp, vrrpRefusals } from './prove-vrrp.ts';
import { proveFaults } from './prove.ts';
import { isVrrpFault } from './vrrp-fault.ts';
import { vrrpProver } from './vrrp-prover.ts';
import { vrrpSetup, type VrrpSetup } from './vrrp-setup.ts';
import { takeOverMs } from './vrrp-timing.ts';

// The simulation was written from the RFCs and keepalived's source, without a look at the proof: what both say is likely true.

/** Where the timers stand: all at their end, all at their beginning, or anywhere. */
const seeds = fc.oneof(fc.constantFrom(0, 1), fc.nat());

function pairSetup({ name, version, routers: [first, ...others] }: SimulatedInstance): VrrpSetup {
  if (first === undefined) throw new Error('a pair without routers');
  return { singleBalancer: 'refused', instances: [{ name, vrid: 51, version, routers: [first, ...others] }] };
}

describe('a proof and a simulation', () => {
  it('agree about every model and any one or two faults', () => {
    fc.assert(
      fc.property(proofModels, choices, seeds, (model, choice, seed) => {
        const faults = chosenFaults(model, choice);
        // What VRRP comes to, before the witnesses settle it.
        const vips = vrrpProver(vrrpSetup(model))(faults.filter(isVrrpFault));
        simulatedInstances(model).forEach((instance, index) => {
          const trial: Trial = { instance, faults, seed, restarts: 'none' };
          expect(brokenPromises({ promise: vips[index], trial, run: tryFaults(trial), takeOverMs })).toEqual([]);
        });
      }),
      { numRuns: 400 },
    );
  });

  it('agree about the time when systemd starts a killed keepalived again', () => {
    fc.assert(
      fc.property(proofModels, fc.nat(), seeds, (model, number, seed) => {
        const killed = balancerFaults(model).filter(({ kind }) => kind === 'keepalived-killed');
        const fault = killed[number % killed.length];
        if (fault === undefined) return;
        const { vips } = proveFaults(model, [fault]);
        simulatedInstances(model).forEach((instance, index) => {
          const run = tryFaults({ instance, faults: [fault], seed, restarts: 'as configured' });
          const outage = vips[index]?.outage;
          if (outage?.kind === 'bounded') expect(run.longestDoubtMs).toBeLessThan(outage.ms - takeOverMs + 1);
          else expect([outage?.kind, run.longestDoubtMs]).toEqual(['none', 0]);
        });
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    { whose: 'evenkeel', setup: vrrpSetup(smallModel) },
    { whose: 'the reference', setup: vrrpSetup(referenceModel(smallModel)) },
    // RFC 3768's skew is of a second, though its interval is longer.
    { whose: 'a slow pair', setup: pairSetup(vrrpPair({ version: 2, advertMs: 3000, trackers: [eventTracker(0)] })) },
  ])('agree about the worst of each single fault of $whose', ({ setup }) => {
    for (const { fault, vips } of proveVrrp(setup).singles) {
      setup.instances.forEach((instance, index) => {
        const outage = vips[index]?.outage;
        const runs = Array.from({ length: 60 }, (_, seed) =>
          tryFaults({ instance, faults: [fault], seed, restarts: 'none' }),
        );
        const promisedMs = outage?.kind === 'bounded' ? outage.ms - takeOverMs : 0;
        const worstMs = Math.max(...runs.map(({ longestDoubtMs }) => longestDoubtMs));
        if (outage?.kind === 'until-repaired') return;
        // Nothing is healed here; the tests of neighbours are below.
        if (outage?.kind === 'bounded' && outage.terms[0].what.startsWith('after healing')) return;
        // A promise that nothing ever needs would hide a failover that became slower.
        expect([faultName(fault), promisedMs <= worstMs * 1.1 + 1]).toEqual([faultName(fault), true]);
      });
    }
  });

  it('agree about how long neighbours are led astray when a partition heals', () => {
    const outageMs = (outage: Outage | undefined): number =>
      outage?.kind === 'bounded' ? outage.ms - takeOverMs + 1 : outage?.kind === 'none' ? 0 : Infinity;
    fc.assert(
      fc.property(handMadeSetups, seeds, (setup, seed) => {
        fc.pre(!isDecidedByChance(setup));
        for (const { fault, vips } of proveVrrp(setup).singles.filter((single) => single.fault.kind === 'partition')) {
          setup.instances.forEach((instance, index) => {
            const { longestAstrayMs } = breakAndHeal(instance, fault, seed);
            expect([faultName(fault), longestAstrayMs]).toEqual([
              faultName(fault),
              Math.min(longestAstrayMs, outageMs(vips[index]?.outage)),
            ]);
          });
        }
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    { keepalived: 'as it is', garp: keepalivedGarp, promised: 53_000 },
    { keepalived: 'that answers a higher one', garp: { ...keepalivedGarp, answersHigher: true }, promised: 0 },
    { keepalived: 'that repeats its ARP', garp: { ...keepalivedGarp, refreshMs: 6000 }, promised: 7000 },
    {
      keepalived: 'that tells nobody of a lower one',
      garp: { ...keepalivedGarp, answersHigher: true, onLowerAdvert: false },
      promised: 53_000,
    },
  ])('agree about neighbours of a keepalived $keepalived: $promised ms', ({ garp, promised }) => {
    const instance = vrrpPair({ trackers: [eventTracker(0)], garp });
    const fault: ModelFault = { kind: 'partition', from: 'lb1', to: 'lb2', direction: 'two-way' };
    const single = proveVrrp(pairSetup(instance)).singles.find((one) => faultName(one.fault) === faultName(fault));
    const outage = single?.vips[0]?.outage;
    const astray = Array.from({ length: 60 }, (_, seed) => breakAndHeal(instance, fault, seed).longestAstrayMs);
    const worstMs = Math.max(...astray);
    // A simulated neighbour never asks: who is promised nothing better is led astray until the simulation ends.
    const toTheEnd = worstMs > settlingMs(instance) / 2;
    expect({ promised: outage?.kind === 'bounded' ? outage.ms - takeOverMs : outage?.kind, toTheEnd }).toEqual({
      promised,
      toTheEnd: promised === 53_000,
    });
    expect(worstMs).toBeGreaterThan(0);
    expect(worstMs).toBeLessThan(promised + 1);
  });

  it('agree about hand-made setups and every single fault', () => {
    fc.assert(
      fc.property(handMadeSetups, seeds, (setup, seed) => {
        fc.pre(!isDecidedByChance(setup));
        for (const { fault, vips } of proveVrrp(setup).singles) {
          setup.instances.forEach((instance, index) => {
            const trial: Trial = { instance, faults: [fault], seed, restarts: 'none' };
            expect(brokenPromises({ promise: vips[index], trial, run: tryFaults(trial), takeOverMs })).toEqual([]);
          });
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('a refusal', () => {
  const hard = new Set(['no-holder', 'weight-too-small', 'weight-with-nopreempt']);

  it('is for those hand-made setups whose VIP does not move in a simulation when NGINX dies, and for no others', () => {
    fc.assert(
      fc.property(handMadeSetups, seeds, (setup, seed) => {
        fc.pre(!isDecidedByChance(setup));
        const refusals = vrrpRefusals(setup);
        for (const instance of setup.instances) {
          const delays = instance.routers.map(({ preempt }) => (preempt.kind === 'after' ? preempt.delayMs : 0));
          for (const { balancer } of instance.routers) {
            const fault: ModelFault = { kind: 'nginx-dead', balancer };
            const run = tryFaults({ instance, faults: [fault], seed, restarts: 'none' });
            const codes = refusals.filter((refusal) => refusal.fault === faultName(fault)).map(({ code }) => code);
            expect([codes, codes.some((code) => hard.has(code))]).toEqual([codes, run.working.length === 0]);
            // Refused because it comes late: it does come, and not before the delay is over.
            if (codes.includes('weight-with-preempt-delay')) {
              expect(run.longestGapMs).toBeGreaterThan(Math.min(...delays));
            }
          }
        }
      }),
      { numRuns: 120 },
    );
  });

  it('is for every two routers with one priority', () => {
    fc.assert(
      fc.property(handMadeSetups, (setup) => {
        const all = setup.instances.flatMap(({ routers }) => routers.map(({ priority }) => priority));
        const refused = vrrpRefusals(setup).some(({ code }) => code === 'equal-priorities');
        expect(refused).toBe(new Set(all).size < all.length);
      }),
      { numRuns: 100 },
    );
  });
});
