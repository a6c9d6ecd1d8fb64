import type { HostFacts } from '../facts/host-facts.ts';
import type { Model } from '../model/model.ts';
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
 * balancers, those that hold fewer VIPs first: whoever carries traffic waits until the others were seen to work.
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
      .flatMap((one) => one.interfaces.flatMap((link) => link.addresses))
      .filter((address) => vips.has(address.address)).length;
  return [
    ...model.webServers.map((host) => host.name),
    ...model.nameservers.map((host) => host.name).reverse(),
    ...model.balancers.map((host) => host.name).sort((a, b) => held(a) - held(b)),
  ];
}
