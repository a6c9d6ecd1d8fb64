import type { HostFacts, Listener } from '../facts/host-facts.ts';
import { agentUnit } from '../model/agent-paths.ts';
import { witnessPort } from '../model/witness-paths.ts';
import type { Model, ModelHost } from '../model/model.ts';
import type { Refusal } from './plan.ts';

/** A port that a daemon of ours must be able to bind. */
export interface NeededPort {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  /** The process that will hold it, as `ss` names it: Node calls its first thread MainThread. */
  readonly process: 'nginx' | 'pdns_server' | 'MainThread';
  /** NGINX binds the wildcard, PowerDNS and the agent the host's own addresses. */
  readonly bind: 'wildcard' | 'own';
}

/** The ports a host's daemons bind. */
export function neededPorts(model: Model, host: ModelHost): readonly NeededPort[] {
  switch (host.kind) {
    case 'balancer':
      return model.sites.length === 0 ? [] : [80, 443].map(nginxPort);
    case 'nameserver':
      return (['udp', 'tcp'] as const).map((protocol) => ({ protocol, port: 53, process: 'pdns_server', bind: 'own' }));
    case 'web': {
      const own = new Set(host.addresses.map((address) => address.text));
      const backends = model.pools.flatMap((pool) => pool.backends).filter((backend) => own.has(backend.address.text));
      return [...new Set(backends.map((backend) => backend.port))].sort((a, b) => a - b).map(nginxPort);
    }
    default:
      return host satisfies never;
  }
}

/** The port that the agents of these units speak to each other on. What listens there is no sign that it works: `status` asks the agent. */
export function agentPorts(units: readonly string[]): readonly NeededPort[] {
  return units.includes(agentUnit) ? [{ protocol: 'udp', port: witnessPort, process: 'MainThread', bind: 'own' }] : [];
}

function nginxPort(port: number): NeededPort {
  return { protocol: 'tcp', port, process: 'nginx', bind: 'wildcard' };
}

/** A refusal for each needed port that another process holds. systemd-resolved on 127.0.0.53 is in nobody's way. */
export function portRefusals(
  host: ModelHost,
  facts: Pick<HostFacts, 'listeners'>,
  needed: readonly NeededPort[],
): readonly Refusal[] {
  const own = new Set(host.addresses.map((address) => address.text));
  const refusals = new Map<string, Refusal>();
  for (const port of needed) {
    const taken = facts.listeners.find((listener) => isInTheWay(listener, port, own));
    if (taken === undefined) continue;
    const holder = taken.processes.length === 0 ? 'an unknown process' : taken.processes.join(' and ');
    refusals.set(`${port.port} ${holder}`, {
      host: host.name,
      code: 'port-taken',
      message: `port ${port.port}/${port.protocol} on ${host.name} is taken by ${holder} (${taken.address}:${taken.port}), and ${ownerOf(port)} must have it`,
      next: `Stop that service on ${host.name} (\`ss -lnp${port.protocol === 'tcp' ? 't' : 'u'} sport = :${port.port}\` shows it), or take ${host.name} out of the edge file`,
    });
  }
  return [...refusals.values()];
}

function ownerOf({ process }: NeededPort): string {
  return process === 'MainThread' ? agentUnit : process;
}

function isInTheWay(listener: Listener, port: NeededPort, own: ReadonlySet<string>): boolean {
  if (listener.protocol !== port.protocol || listener.port !== port.port) return false;
  if (listener.processes.some((name) => name.startsWith(port.process))) return false;
  return port.bind === 'wildcard' || ['*', '::', '0.0.0.0'].includes(listener.address) || own.has(listener.address);
}
