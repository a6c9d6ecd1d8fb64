import type { HostFacts } from '../facts/host-facts.ts';
import { vrrpPeers } from '../facts/vrrp-peers.ts';
import type { Balancer, Model } from '../model/model.ts';
import type { DesiredHost } from '../render/desired-file.ts';
import { generationOf } from './generation.ts';
import { planHost } from './host-plan.ts';
import type { HostPlan, Plan } from './plan.ts';

/** What a plan is computed from. `desired` and `facts` name the same hosts. */
export interface PlanInput {
  readonly model: Model;
  readonly desired: readonly DesiredHost[];
  /** With the state of every path of `observedPaths`. */
  readonly facts: readonly HostFacts[];
}

/** The files to observe on a host before a plan can be computed: those desired, and those evenkeel put there before. */
export function observedPaths(desired: DesiredHost, facts: HostFacts): readonly string[] {
  const manifest = facts.manifest;
  const known = [...(manifest?.files ?? []), ...(manifest?.unfinished?.files ?? [])];
  return [...new Set([...desired.files, ...known].map((file) => file.path))].sort();
}

/**
 * Compares what must be with what is. Web servers come first, then nameservers (the last of the file first), then
 * balancers, those that hold fewer VIPs first: whoever carries traffic waits until the others were seen to work. A
 * balancer that those at work do not know yet comes after them: unheard by them it would take every VIP.
 */
export function computePlan(input: PlanInput): Plan {
  const planned = input.desired.flatMap((desired) => {
    const facts = input.facts.find((one) => one.host === desired.host);
    return facts === undefined ? [] : [planHost({ model: input.model, desired, facts })];
  });
  const order = hostOrder(input.model, input.facts);
  const position = (plan: HostPlan): number => order.indexOf(plan.host);
  return {
    version: 1,
    edge: input.model.name,
    generation: generationOf(input.desired),
    hosts: planned.map((one) => one.plan).sort((a, b) => position(a) - position(b)),
    vrrpTogether: planned.some((one) => one.vrrpTogether),
  };
}

function hostOrder(model: Model, facts: readonly HostFacts[]): readonly string[] {
  const vips = new Set(model.vips.map((vip) => vip.ipv4.text));
  const held = (host: string): number =>
    facts
      .filter((one) => one.host === host)

      // Every balancer has every VIP on lo.
      .flatMap((one) => one.interfaces.filter((link) => link.name !== 'lo').flatMap((link) => link.addresses))
      .filter((address) => vips.has(address.address)).length;
  const atWork = facts.filter((one) => one.units.get('keepalived.service')?.activeState === 'active');
  const unknown = (machine: Balancer): number => {
    const addresses = machine.addresses.map((address) => address.text);
    const others = atWork.filter((one) => one.host !== machine.name);
    return others.some((one) => !vrrpPeers(one).some((peer) => addresses.includes(peer))) ? 1 : 0;
  };
  return [
    ...model.webServers.map((host) => host.name),
    ...model.nameservers.map((host) => host.name).reverse(),
    ...model.balancers
      .toSorted((a, b) => unknown(a) - unknown(b) || held(a.name) - held(b.name))
      .map((host) => host.name),
  ];
}
