import type { Witness } from '../model/failover-settings.ts';
import type { Model } from '../model/model.ts';
import type { ModelFault } from './fault.ts';
import type { VipOutcome } from './promise.ts';

/** What the witnesses make of what VRRP has come to. */
export interface WitnessOutcome {
  readonly vips: readonly VipOutcome[];
  readonly notes: readonly string[];
}

/**
 * Lets the witnesses settle the holders of VIPs (docs/adr/0010-witness.md).
 *
 * | a balancer that holds the VIP             | nameservers, gateways | it                                   |
 * |-------------------------------------------|-----------------------|--------------------------------------|
 * | has no cable                              | two or more of them   | lets go: it hears none of them       |
 * | has no cable                              | fewer                 | stays, and nobody reaches it         |
 * | is not the first of those that are reached| a nameserver answers  | lets go                              |
 * | is not the first of those that are reached| none answers          | stays: two hold it until it heals    |
 *
 * What that costs is no more than what VRRP costs: whoever stays has served all the time, and tells the neighbours so.
 */
export function witnessOutcome(
  model: Model,
  { witness, faults }: { readonly witness: Witness; readonly faults: readonly ModelFault[] },
  vips: readonly VipOutcome[],
): WitnessOutcome {
  const cut = new Set(faults.flatMap((fault) => (fault.kind === 'link-cut' ? [fault.balancer] : [])));
  const parted = cut.size > 0 || faults.some(({ kind }) => kind === 'partition');
  if (witness.kind === 'nobody' || !parted) return { vips, notes: [] };
  const off = new Set(faults.flatMap((fault) => (fault.kind === 'nameserver-off' ? [fault.nameserver] : [])));
  const answers = model.nameservers.some(({ name }) => !off.has(name));
  const shared: string[] = [];
  const settled = vips.map((outcome) => {
    if (outcome.holders.length < 2) return outcome;
    const network = model.vips.find(({ name }) => name === outcome.vip)?.network;
    const gateways = model.networks.find(({ name }) => name === network)?.gateways.length ?? 0;
    const lets = model.nameservers.length + gateways >= 2;
    const reached = outcome.holders.filter((holder) => !cut.has(holder));
    if (reached.length > 1 && answers) shared.push(outcome.vip);
    const kept = answers ? reached.slice(0, 1) : reached;
    const holders = outcome.holders.filter((holder) => kept.includes(holder) || (cut.has(holder) && !lets));
    return { ...outcome, holders, working: outcome.working.filter((holder) => holders.includes(holder)) };
  });
  return { vips: settled, notes: sharedNotes(shared, witness.withinMs) };
}

function sharedNotes(vips: readonly string[], withinMs: number): readonly string[] {
  if (vips.length === 0) return [];
  const what = vips.length === 1 ? `${vips[0]} is` : `${vips.length} VIPs are`;
  return [
    `${what} held by two balancers until the witnesses have settled it, within ${withinMs / 1000} s; both answer`,
  ];
}
