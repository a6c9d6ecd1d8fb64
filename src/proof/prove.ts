import type { Model } from '../model/model.ts';
import { edgeProver } from './edge-prover.ts';
import { singleFaults, type ModelFault } from './fault.ts';
import type { FaultOutcome, Proof } from './promise.ts';
import { vrrpRefusals } from './prove-vrrp.ts';
import { vrrpSetup } from './vrrp-setup.ts';

/** Everything about a model: every single and every double fault, why it is refused, and what is accepted by using it. */
export function prove(model: Model): Proof {
  const outcome = edgeProver(model);
  const faults = singleFaults(model);
  const doubles = faults.flatMap((one, index) => faults.slice(index + 1).map((other) => outcome([one, other])));
  return {
    edge: model.name,
    singles: faults.map((fault) => outcome([fault])),
    doubles,
    refusals: vrrpRefusals(vrrpSetup(model)),
    acceptedRisks: doubles.filter(({ served }) => served !== 'everybody').map(({ name }) => name),
  };
}

/** What these faults do together, all at one moment and none repaired. */
export function proveFaults(model: Model, faults: readonly [ModelFault, ...ModelFault[]]): FaultOutcome {
  return edgeProver(model)(faults);
}
