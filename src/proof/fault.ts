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

/** What can become of an agent. */
export type AgentFaultKind = 'agent-dead' | 'agent-hung' | 'agent-restarted';

/** What a backend can do worse than to be gone. */
export type BackendFaultKind = 'backend-hung' | 'backend-flapping' | 'backend-wrong';

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
  /**
   * It is there, and of no use. `backend-hung`: its server stands still, and the kernel takes connections that nobody answers; `backend-flapping`: its server stops
   * and starts every second; `backend-wrong`: it answers with the right status and without the text that the check of its pool wants.
   */
  | { readonly kind: BackendFaultKind; readonly backend: string }
  /** Every backend of a pool refuses connections. */
  | { readonly kind: 'pool-dead'; readonly pool: string }
  /** The nameserver is without power. */
  | { readonly kind: 'nameserver-off'; readonly nameserver: string }
  /** The router of a network is gone: clients beyond it reach nothing, those within it notice nothing. */
  | { readonly kind: 'gateway-lost'; readonly network: string }
  /**
   * The agent of a balancer or nameserver, which nothing waits for. `agent-dead`: all its processes are killed (SIGKILL);
   * `agent-hung`: they stand still (SIGSTOP). systemd starts it again. `agent-restarted`: stopped and started, as for a new release.
   */
  | { readonly kind: AgentFaultKind; readonly host: string }
  /** A host that is no balancer speaks VRRP with the number of a VIP, and claims it with the highest priority. */
  | { readonly kind: 'foreign-vrrp'; readonly vip: string; readonly from: string }
  /** The address of a VIP is on a second balancer, which tells the neighbours so; its keepalived runs and knows nothing of it. */
  | { readonly kind: 'two-holders'; readonly vip: string; readonly second: string }
  /** No failure: a person moves a VIP to another balancer. */
  | { readonly kind: 'planned-move'; readonly vip: string; readonly to: string };

/** The stable name of a fault, as drills and reports use it: `nginx-dead:lb1`, `partition:lb1>lb2`, `partition:lb1=lb2`. */
export function faultName(fault: ModelFault): string {
  switch (fault.kind) {
    case 'partition':
      return `partition:${fault.from}${fault.direction === 'one-way' ? '>' : '='}${fault.to}`;
    case 'backend-dead':
    case 'backend-off':
    case 'backend-hung':
    case 'backend-flapping':
    case 'backend-wrong':
      return `${fault.kind}:${fault.backend}`;
    case 'pool-dead':
      return `${fault.kind}:${fault.pool}`;
    case 'nameserver-off':
      return `${fault.kind}:${fault.nameserver}`;
    case 'gateway-lost':
      return `${fault.kind}:${fault.network}`;
    case 'agent-dead':
    case 'agent-hung':
    case 'agent-restarted':
      return `${fault.kind}:${fault.host}`;
    case 'foreign-vrrp':
    case 'two-holders':
      return `${fault.kind}:${fault.vip}`;
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

/**
 * What evenkeel itself brings to the hosts, and what it guards against: nobody is to notice when it breaks. They stand in the
 * table of promises and are drilled when they are asked for by name, but not in pairs: those ask what the edge is made of.
 */
export function guardFaults(model: Model): readonly ModelFault[] {
  if (model.profile !== 'evenkeel') return [];
  const hosts = [...model.balancers, ...model.nameservers].map(({ name }) => name);
  return [
    ...hosts.map((host): ModelFault => ({ kind: 'agent-dead', host })),
    ...hosts.map((host): ModelFault => ({ kind: 'agent-hung', host })),
    ...hosts.map((host): ModelFault => ({ kind: 'agent-restarted', host })),
    ...checkedBackends(model),
    ...model.vips.flatMap((vip): readonly ModelFault[] => {
      const from = [...model.nameservers, ...model.webServers].find(
        ({ network, addresses }) => network === vip.network && addresses.some(({ family }) => family === 4),
      )?.name;
      return from === undefined ? [] : [{ kind: 'foreign-vrrp', vip: vip.name, from }];
    }),
    ...model.vips.flatMap((vip): readonly ModelFault[] => {
      const second = vip.claims[1]?.balancer;
      return second === undefined ? [] : [{ kind: 'two-holders', vip: vip.name, second }];
    }),
  ];
}

/** What the agents' checks are for. Of servers that answer to anybody; a wrong text is wrong where a check asks for one. */
function checkedBackends(model: Model): readonly ModelFault[] {
  const web = new Set(model.webServers.map(({ name }) => name));
  const namesOf = (pools: Model['pools']): readonly string[] => [
    ...new Set(pools.flatMap(({ backends }) => backends.map(({ name }) => name)).filter((name) => web.has(name))),
  ];
  const wanting = model.pools.filter(({ check }) => check.kind === 'http' && check.body !== undefined);
  return [
    ...namesOf(model.pools).map((backend): ModelFault => ({ kind: 'backend-hung', backend })),
    ...namesOf(model.pools).map((backend): ModelFault => ({ kind: 'backend-flapping', backend })),
    ...namesOf(wanting).map((backend): ModelFault => ({ kind: 'backend-wrong', backend })),
  ];
}

const guardKinds: readonly ModelFault['kind'][] = [
  ...(['agent-dead', 'agent-hung', 'agent-restarted'] as const),
  ...(['backend-hung', 'backend-flapping', 'backend-wrong'] as const),
  ...(['foreign-vrrp', 'two-holders'] as const),
];

/** Whether a fault is one of `guardFaults`. */
export function isGuardFault({ kind }: ModelFault): boolean {
  return guardKinds.includes(kind);
}

/** All that is promised and drilled by itself: every single fault, every planned move, then what breaks of the guards. */
export function singleEvents(model: Model): readonly ModelFault[] {
  return [...singleFaults(model), ...plannedMoves(model), ...guardFaults(model)];
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
