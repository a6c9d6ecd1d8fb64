import type { BalancerFaultKind, ModelFault } from './fault.ts';
import type { VrrpSetup } from './vrrp-setup.ts';

/** A fault that VRRP has to do with: of a balancer, or of the path between two. */
export type VrrpFault = Extract<ModelFault, { readonly balancer: string } | { readonly kind: 'partition' }>;

/** Whether VRRP has to do with a fault. */
export function isVrrpFault(fault: ModelFault): fault is VrrpFault {
  return 'balancer' in fault || fault.kind === 'partition';
}

const balancerFaults = [
  'nginx-dead',
  'nginx-hung',
  'keepalived-dead',
  'keepalived-killed',
  'balancer-off',
  'link-cut',
] as const satisfies readonly BalancerFaultKind[];

/** Every single fault that VRRP has to do with, in the order of `singleFaults`. Paths lead between routers of one instance. */
export function vrrpFaults(setup: VrrpSetup): readonly VrrpFault[] {
  const members = setup.instances.map(({ routers }) => new Set(routers.map(({ balancer }) => balancer)));
  const balancers = [...new Set(members.flatMap((names) => [...names]))];
  const pairs = balancers
    .flatMap((from, index) => balancers.slice(index + 1).map((to) => ({ from, to })))
    .filter(({ from, to }) => members.some((names) => names.has(from) && names.has(to)));
  return [
    ...balancerFaults.flatMap((kind) => balancers.map((balancer): VrrpFault => ({ kind, balancer }))),
    ...pairs.flatMap(({ from, to }): readonly VrrpFault[] => [
      { kind: 'partition', from, to, direction: 'one-way' },
      { kind: 'partition', from: to, to: from, direction: 'one-way' },
    ]),
    ...pairs.map(({ from, to }): VrrpFault => ({ kind: 'partition', from, to, direction: 'two-way' })),
  ];
}
