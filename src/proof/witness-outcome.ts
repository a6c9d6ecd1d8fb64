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
 * Lets the witnesses settle the holders of VIPs (docs/adr/0010-witness.md). A balancer without a cable is no holder: keepalived sees its
 * interface go.
 *
 * | a balancer that holds the VIP | nameservers    | it                                   |
 * |-------------------------------|----------------|--------------------------------------|
 * | is not the first of them      | one answers    | lets go                              |
 * | is not the first of them      | none answers   | stays: two hold it until it heals    |
 *
 * What that costs is no more than what VRRP costs: whoever stays has served all the time, and tells the neighbours so.
 */
export function witnessOutcome(
  model: Model,
  { witness, faults }: { readonly witness: Witness; readonly faults: readonly ModelFault[] },
  vips: readonly VipOutcome[],
): WitnessOutcome {
  if (witness.kind === 'nobody' || !faults.some(({ kind }) => kind === 'partition')) return { vips, notes: [] };
  const off = new Set(faults.flatMap((fault) => (fault.kind === 'nameserver-off' ? [fault.nameserver] : [])));
  if (model.nameservers.every(({ name }) => off.has(name))) return { vips, notes: [] };
  const shared = vips.filter(({ holders }) => holders.length > 1).map(({ vip }) => vip);
  const settled = vips.map((outcome) => {
    if (outcome.holders.length < 2) return outcome;
    const holders = outcome.holders.slice(0, 1);
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
