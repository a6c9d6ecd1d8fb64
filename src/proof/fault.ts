import type { Model } from '../model/model.ts';

/**
 * What can break on one balancer. `proof` says what is true until it is repaired, by systemd or a person.
 *
 * | kind              | what happens                                                                                  |
 * |-------------------|-----------------------------------------------------------------------------------------------|
 * | nginx-dead        | all processes of NGINX are killed (SIGKILL)                                                   |
 * | nginx-hung        | they stand still (SIGSTOP): the kernel accepts connections, nobody answers them               |
 * | keepalived-dead   | keepalived is stopped: it takes its addresses down and says goodbye with priority 0           |
 * | keepalived-killed | all its processes are killed at once (SIGKILL): its addresses are left on the interface       |
 * | balancer-off      | power cut: silence                                                                            |
 * | link-cut          | its cable is pulled: it runs on and reaches nobody                                            |
 */
export type BalancerFaultKind =
  | 'nginx-dead'
  | 'nginx-hung'
  | 'keepalived-dead'
  | 'keepalived-killed'
  | 'balancer-off'
  | 'link-cut';

/** One thing that breaks. Names are those of the model. */
export type ModelFault =
  | { readonly kind: BalancerFaultKind; readonly balancer: string }
  /** Frames from one balancer to another are lost; `two-way`: in both directions. Clients reach both. */
  | {
      readonly kind: 'partition';
      readonly from: string;
      readonly to: string;
      readonly direction: 'one-way' | 'two-way';
    }
  /** The server's process is gone: connections are refused. `backend` is a web host's name or an address. */
  | { readonly kind: 'backend-dead'; readonly backend: string }
  /** The server is without power: connections to it are not answered. */
  | { readonly kind: 'backend-off'; readonly backend: string }
  /** Every backend of a pool refuses connections. */
  | { readonly kind: 'pool-dead'; readonly pool: string }
  /** The nameserver is without power. */
  | { readonly kind: 'nameserver-off'; readonly nameserver: string }
  /** The router of a network is gone: clients beyond it reach nothing, those within it notice nothing. */
  | { readonly kind: 'gateway-lost'; readonly network: string }
  /** No failure: a person moves a VIP to another balancer. */
  | { readonly kind: 'planned-move'; readonly vip: string; readonly to: string };

/** The stable name of a fault, as drills and reports use it: `nginx-dead:lb1`, `partition:lb1>lb2`, `partition:lb1=lb2`. */
export function faultName(fault: ModelFault): string {
  switch (fault.kind) {
    case 'partition':
      return `partition:${fault.from}${fault.direction === 'one-way' ? '>' : '='}${fault.to}`;
    case 'backend-dead':
    case 'backend-off':
      return `${fault.kind}:${fault.backend}`;
    case 'pool-dead':
      return `${fault.kind}:${fault.pool}`;
    case 'nameserver-off':
      return `${fault.kind}:${fault.nameserver}`;
    case 'gateway-lost':
      return `${fault.kind}:${fault.network}`;
    case 'planned-move':
      return `${fault.kind}:${fault.vip}>${fault.to}`;
    case 'nginx-dead':
    case 'nginx-hung':
    case 'keepalived-dead':
    case 'keepalived-killed':
    case 'balancer-off':
    case 'link-cut':
      return `${fault.kind}:${fault.balancer}`;
  }
}

/** The name of several faults at once: `balancer-off:lb1+nameserver-off:dns1`. */
export function faultsName(faults: readonly ModelFault[]): string {
  return faults.map(faultName).join('+');
}

/**
 * What people do to an edge on purpose: each VIP moved to the balancer that would follow. Only settings that can do it without
 * loss: the tutorial's pair has no such thing.
 */
export function plannedMoves(model: Model): readonly ModelFault[] {
  if (model.profile !== 'evenkeel') return [];
  return model.vips.flatMap((vip): readonly ModelFault[] => {
    const next = vip.claims[1];
    return next === undefined ? [] : [{ kind: 'planned-move', vip: vip.name, to: next.balancer }];
  });
}

/** All that is promised and drilled by itself: every single fault, then every planned move. */
export function singleEvents(model: Model): readonly ModelFault[] {
  return [...singleFaults(model), ...plannedMoves(model)];
}

/** Every single fault of a model, in a fixed order: balancers, paths between them, backends, pools, nameservers, gateways. */
export function singleFaults(model: Model): readonly ModelFault[] {
  const balancers = model.balancers.map((balancer) => balancer.name);
  const backends = [...new Set(model.pools.flatMap((pool) => pool.backends.map((backend) => backend.name)))];
  const ofBalancer = (kind: BalancerFaultKind): readonly ModelFault[] =>
    balancers.map((balancer) => ({ kind, balancer }));
  return [
    ...ofBalancer('nginx-dead'),
    ...ofBalancer('nginx-hung'),
    ...ofBalancer('keepalived-dead'),
    ...ofBalancer('keepalived-killed'),
    ...ofBalancer('balancer-off'),
    ...ofBalancer('link-cut'),
    ...balancers.flatMap((from) =>
      balancers
        .filter((to) => to !== from)
        .map((to): ModelFault => ({ kind: 'partition', from, to, direction: 'one-way' })),
    ),
    ...balancers.flatMap((from, index) =>
      balancers.slice(index + 1).map((to): ModelFault => ({ kind: 'partition', from, to, direction: 'two-way' })),
    ),
    ...backends.map((backend): ModelFault => ({ kind: 'backend-dead', backend })),
    ...backends.map((backend): ModelFault => ({ kind: 'backend-off', backend })),
    ...model.pools.map((pool): ModelFault => ({ kind: 'pool-dead', pool: pool.name })),
    ...model.nameservers.map((host): ModelFault => ({ kind: 'nameserver-off', nameserver: host.name })),
    ...model.networks
      .filter((network) => network.gateways.length > 0)
      .map((network): ModelFault => ({ kind: 'gateway-lost', network: network.name })),
  ];
}
