import type { Model, Site } from '../model/model.ts';
import { edgeProver } from './edge-prover.ts';
import { singleEvents, singleFaults, type ModelFault } from './fault.ts';
import type { FaultOutcome, Outage, Proof } from './promise.ts';
import { vrrpRefusals } from './prove-vrrp.ts';
import { vrrpSetup } from './vrrp-setup.ts';

/** Everything about a model: every single and every double fault, why it is refused, and what is accepted by using it. */
export function prove(model: Model): Proof {
  const outcome = edgeProver(model);
  const events = singleEvents(model);
  const faults = events.slice(0, singleFaults(model).length);
  const doubles = faults.flatMap((one, index) => faults.slice(index + 1).map((other) => outcome([one, other])));
  return {
    edge: model.name,
    singles: events.map((fault) => outcome([fault])),
    doubles,
    refusals: vrrpRefusals(vrrpSetup(model)),
    acceptedRisks: doubles.filter(({ served }) => served !== 'everybody').map(({ name }) => name),
  };
}

/**
 * What clients meet that ask for one site by its name: resolvers, its addresses, its balancers and its pool. The `byName` of an
 * outcome is the worst of all sites.
 */
export function siteByName(model: Model, site: Site, faults: readonly [ModelFault, ...ModelFault[]]): Outage {
  const pools = model.pools.filter(({ name }) => name === site.pool);
  return proveFaults({ ...model, sites: [site], zones: [], pools }, faults).byName;
}

/** What these faults do together, all at one moment and none repaired. */
export function proveFaults(model: Model, faults: readonly [ModelFault, ...ModelFault[]]): FaultOutcome {
  return edgeProver(model)(faults);
}
