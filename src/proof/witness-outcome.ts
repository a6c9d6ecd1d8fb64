import type { Witness } from '../model/failover-settings.ts';
import type { Model } from '../model/model.ts';
import type { ModelFault } from './fault.ts';
import { oneAfterOther } from './outage.ts';
import type { VipOutcome } from './promise.ts';
import { bounded, takeOverTerm } from './vrrp-timing.ts';

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

/**
 * A VIP whose address is on a second balancer too. Both answer new connections; within `withinMs` that one lets go, as the
 * agents of both hear each other, and the first tells the neighbours.
 */
export function leftBehind(faults: readonly ModelFault[], vips: readonly VipOutcome[]): readonly VipOutcome[] {
  const shared = new Set(faults.flatMap((fault) => (fault.kind === 'two-holders' ? [fault.vip] : [])));
  if (shared.size === 0) return vips;
  return vips.map((one) =>
    shared.has(one.vip)
      ? { ...one, outage: oneAfterOther([bounded([takeOverTerm]), one.outage]), connections: 'broken' }
      : one,
  );
}

/** What a person should read about VIPs whose address is on a second balancer. */
export function leftBehindNotes(faults: readonly ModelFault[], witness: Witness): readonly string[] {
  const vips = faults.flatMap((fault) => (fault.kind === 'two-holders' ? [fault.vip] : []));
  return witness.kind === 'nobody' ? [] : sharedNotes(vips, witness.withinMs);
}

function sharedNotes(vips: readonly string[], withinMs: number): readonly string[] {
  if (vips.length === 0) return [];
  const what = vips.length === 1 ? `${vips[0]} is` : `${vips.length} VIPs are`;
  return [
    `${what} held by two balancers until the witnesses have settled it, within ${withinMs / 1000} s; both answer`,
  ];
}
