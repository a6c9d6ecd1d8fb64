import { agentUnit } from '../model/agent-paths.ts';
import type { AgentSight } from '../facts/status-agent.ts';
import type { BackendStatus, BalancerStatus, NameserverStatus, StatusProblem, VipStatus } from './edge-status.ts';
import { error, warning } from './make-problem.ts';

/** The parts of a status that agents have something to say about. */
export interface AgentParts {
  readonly balancers: readonly BalancerStatus[];
  readonly nameservers: readonly NameserverStatus[];
  readonly vips: readonly VipStatus[];
  readonly backends: readonly BackendStatus[];
}

interface Witness {
  readonly host: string;
  readonly holds: readonly string[];
  readonly sees: AgentSight;
}

/** What is wrong by the word of the agents, and what a person told them. Nothing of what the hosts themselves showed already. */
export function agentFindings(parts: AgentParts): readonly StatusProblem[] {
  const witnesses = parts.balancers.flatMap(({ host, holds, agentSees }) =>
    agentSees === undefined ? [] : [{ host, holds, sees: agentSees }],
  );
  return [
    ...witnesses.flatMap(balancerFindings),
    ...strangers(witnesses),
    ...witnesses.flatMap((one) => conflicts(one, parts.vips)),
    ...panics(witnesses),
    ...unreachable(witnesses, parts.backends),
    ...drainedBackends(parts.balancers),
    ...[...parts.balancers, ...parts.nameservers].flatMap(failedParts),
  ];
}

function balancerFindings({ host, sees }: Witness): readonly StatusProblem[] {
  const yieldAlarm = (vip: string): string | undefined =>
    sees.alarms.find((one) => one.startsWith(`${vip} was left to `));
  // The agent raises an alarm for these two as well; what is recognised is said once, what is not is said twice.
  const said = new Set(sees.yielded.map(yieldAlarm));
  const others = sees.alarms.filter((one) => !said.has(one) && !(sees.isolated && one.startsWith('cut off from ')));
  return [
    ...(sees.isolated
      ? [
          error('balancer-isolated', host, {
            message: `${host} is cut off from all other balancers, witnesses and gateways, and let go of its VIPs`,
            next: `see the link of ${host} and the switch behind it`,
          }),
        ]
      : []),
    ...sees.yielded.map((vip) =>
      error('vip-yielded', vip, {
        message: `${host} gave way: ${yieldAlarm(vip) ?? `${vip} was left to another balancer, by the word of the witnesses`}`,
        next: `see that VRRP (IP protocol 112) passes between ${host} and the other balancers`,
      }),
    ),
    ...others.map((alarm) =>
      error('agent-alarm', host, {
        message: `the agent on ${host} warns: ${alarm}`,
        next: `on ${host}: journalctl -u ${agentUnit} -n 50`,
      }),
    ),
    ...(sees.blind
      ? [
          error('balancer-blind', host, {
            message: `${host} reaches no backend, and another balancer does`,
            next: `see the network between ${host} and the backends`,
          }),
        ]
      : []),
  ];
}

/** Every balancer hears the same stranger. */
function strangers(witnesses: readonly Witness[]): readonly StatusProblem[] {
  return byKey(witnesses, ({ sees }) => sees.strangers).map(([address, hosts]) =>
    error('vrrp-stranger', address, {
      message: `${address} speaks VRRP with a number (VRID) of this edge; heard by ${hosts.join(', ')}`,
      next: `give ${address} another VRID, or the VIP another vrid in the edge file`,
    }),
  );
}

/** The agent looks every ten seconds: a VIP that has left since is none, and what was seen from outside is said already. */
function conflicts({ host, holds, sees }: Witness, vips: readonly VipStatus[]): readonly StatusProblem[] {
  return sees.conflicts
    .filter(({ vip }) => holds.includes(vip))
    .filter(({ vip, macs }) => {
      const seen = vips.filter((one) => one.name === vip).flatMap((one) => one.macs);
      return !macs.every((mac) => seen.includes(mac));
    })
    .map(({ vip, macs }) =>
      error('vip-conflict', vip, {
        message: `${host} holds ${vip}, and another machine answers for it too: ${macs.join(', ')}`,
        next: `look for the machine with that MAC, and take the address of ${vip} away from it`,
      }),
    );
}

function panics(witnesses: readonly Witness[]): readonly StatusProblem[] {
  const panicking = ({ sees }: Witness): readonly string[] =>
    sees.pools.filter(({ panic }) => panic).map(({ pool }) => pool);
  return byKey(witnesses, panicking).map(([pool, hosts]) =>
    error('pool-panic', pool, {
      message: `pool ${pool} is in panic on ${hosts.join(', ')}: so few backends are up that requests go to dead ones too`,
      next: `see the HTTP servers of pool ${pool}`,
    }),
  );
}

/** Not of a balancer that is blind, nor where the check of this very status failed too. */
function unreachable(witnesses: readonly Witness[], checks: readonly BackendStatus[]): readonly StatusProblem[] {
  const failed = new Set(
    checks.filter(({ up }) => !up).map(({ balancer, pool, name, port }) => `${balancer} ${pool} ${name}:${port}`),
  );
  const believing = (belief: string): readonly (readonly [string, readonly string[]])[] =>
    byKey(witnesses, ({ sees }) =>
      sees.pools.flatMap(({ pool, backends }) =>
        backends.filter((one) => one.belief === belief).map(({ name }) => `${pool} ${name}`),
      ),
    );
  const up = new Map(believing('up'));
  const blind = new Set(witnesses.filter(({ sees }) => sees.blind).map(({ host }) => host));
  return believing('unreachable-from-here').flatMap(([key, hosts]): readonly StatusProblem[] => {
    const cut = hosts.filter((host) => !blind.has(host) && !failed.has(`${host} ${key}`));
    if (cut.length === 0) return [];
    const [pool = '', place = ''] = key.split(' ');
    const name = place.replace(/:\d+$/, '');
    const verb = cut.length === 1 ? 'does' : 'do';
    return [
      warning('backend-unreachable', name, {
        message: `${name} is up for ${up.get(key)?.join(', ') ?? 'another balancer'}, and ${cut.join(', ')} ${verb} not reach it (${place} in pool ${pool})`,
        next: `see the network between ${cut.join(', ')} and ${name}`,
      }),
    ];
  });
}

/** As they were named: `undrain web1:80` does not undo `drain web1`. */
function drainedBackends(balancers: readonly BalancerStatus[]): readonly StatusProblem[] {
  return byKey(balancers, (one) => one.drainedBackends).map(([name, hosts]) =>
    warning('backend-drained', name, {
      message: `${name} is kept out of rotation by a person (drained on ${hosts.join(', ')})`,
      next: `evenkeel undrain ${name}`,
    }),
  );
}

function failedParts({ host, agentSees }: BalancerStatus | NameserverStatus): readonly StatusProblem[] {
  return (agentSees?.failedParts ?? []).map(({ part, failure }) =>
    warning('agent-part-failed', host, {
      message: `the part ${part} of the agent on ${host} does not run${failure === '' ? '' : `: ${failure}`}`,
      next: `on ${host}: journalctl -u ${agentUnit} -n 50`,
    }),
  );
}

/** Each thing that several hosts say, and those hosts, in the order it was first said. */
function byKey<T extends { readonly host: string }>(
  entries: readonly T[],
  keysOf: (entry: T) => readonly string[],
): readonly (readonly [string, readonly string[]])[] {
  const said = entries.flatMap((entry) => keysOf(entry).map((key) => ({ key, host: entry.host })));
  return [...Map.groupBy(said, ({ key }) => key)].map(([key, all]) => [key, all.map(({ host }) => host)] as const);
}
