import type { Address } from '../base/address.ts';
import { failoverSettings } from './failover-settings.ts';
import { healthHost } from './health-record.ts';
import { vipTexts } from './vip-addresses.ts';
import type { Balancer, Machine, Model, Nameserver, Pool } from './model.ts';

/** Raised when an agent of one version could not read what another one is told. */
export const agentFormat = 1;

/** Where an agent's configuration lies on its host. */
export const agentConfigPath = '/etc/evenkeel/agent.json';

/**
 * What an agent is told: its slice of the model, as JSON in `agentConfigPath`. Written by `render`, read by `agent`. Durations are
 * milliseconds, addresses are texts.
 */
export interface AgentConfig {
  readonly format: number;
  readonly edge: string;
  readonly host: string;
  readonly role: 'balancer' | 'nameserver';
  /** Of this host, IPv4 first. */
  readonly addresses: readonly string[];
  readonly interface: string;
  /** On a balancer those it may hold, on a nameserver all. */
  readonly vips: readonly AgentVip[];
  /** The other balancers of the same network; on a nameserver every balancer. */
  readonly peers: readonly AgentNeighbour[];
  /** The nameservers, but this host. */
  readonly witnesses: readonly AgentNeighbour[];
  readonly gateways: readonly string[];
  /** How NGINX is asked on its own host. */
  readonly readiness: AgentReadiness;
  readonly failback: AgentFailback;
  /** Empty on a nameserver. */
  readonly pools: readonly AgentPool[];
}

/** A VIP and who may hold it. */
export interface AgentVip {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly vrid: number;
  /** Highest base priority first: the first is preferred. */
  readonly claims: readonly { readonly balancer: string; readonly priority: number }[];
}

/** Another host of the edge. */
export interface AgentNeighbour {
  readonly name: string;
  /** IPv4 first. */
  readonly addresses: readonly string[];
}

/** How NGINX is asked: a TLS handshake by `name`, then a request with the Host header `host`. */
export interface AgentReadiness {
  readonly name: string;
  readonly host: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly fall: number;
  readonly rise: number;
}

/** How long a balancer that returned is watched before it has its VIPs back: twice as long each time, up to a limit. */
export interface AgentFailback {
  readonly afterMs: number;
  readonly longestMs: number;
}

/** A pool and how its backends are checked. */
export interface AgentPool {
  readonly name: string;
  readonly check: Pool['check'];
  /** Per cent of backends up below which all are used; 0: never. */
  readonly panicPercent: number;
  readonly backends: readonly AgentBackend[];
}

/** One backend of a pool; `name` is unique within it. */
export interface AgentBackend {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly weight: number;
  readonly backup: boolean;
}

/** Ten minutes. */
const longestFailbackMs = 600_000;

/** The slice of one host. */
export function agentConfig(model: Model, host: Balancer | Nameserver): AgentConfig {
  const balancer = host.kind === 'balancer';
  const network = model.networks.find((one) => one.name === host.network);
  return {
    format: agentFormat,
    edge: model.name,
    host: host.name,
    role: host.kind,
    addresses: texts(host.addresses),
    interface: host.interface,
    vips: model.vips
      .filter((vip) => !balancer || vip.claims.some((claim) => claim.balancer === host.name))
      .map((vip) => ({
        name: vip.name,
        addresses: vipTexts(vip),
        vrid: vip.vrid,
        claims: vip.claims,
      })),
    peers: model.balancers
      .filter((other) => other.name !== host.name && (!balancer || other.network === host.network))
      .map(neighbour),
    witnesses: model.nameservers.filter((other) => other.name !== host.name).map(neighbour),
    gateways: texts(network?.gateways ?? []),
    readiness: readinessOf(model),
    failback: { afterMs: model.failbackMs, longestMs: Math.max(model.failbackMs, longestFailbackMs) },
    pools: balancer ? model.pools.map(poolOf) : [],
  };
}

/** Without a name of a certificate, NGINX's refusal of the handshake is the answer. */
function readinessOf(model: Model): AgentReadiness {
  const poll = failoverSettings(model).trackers.find((tracker) => tracker.name === 'answers')?.detection;
  if (poll?.kind !== 'poll') throw new Error('the settings say nothing of a hung NGINX');
  const { intervalMs, timeoutMs, fall, rise } = poll;
  const name = model.sites.flatMap((site) => site.names).find((one) => !one.startsWith('*')) ?? healthHost;
  return { name, host: healthHost, intervalMs, timeoutMs, fall, rise };
}

function poolOf(pool: Pool): AgentPool {
  return {
    name: pool.name,
    check: pool.check,
    panicPercent: pool.panicPercent,
    backends: pool.backends.map(({ name, address, port, weight, backup }) => ({
      name: `${name}:${port}`,
      address: address.text,
      port,
      weight,
      backup,
    })),
  };
}

function neighbour(machine: Machine): AgentNeighbour {
  return { name: machine.name, addresses: texts(machine.addresses) };
}

function texts(addresses: readonly Address[]): readonly string[] {
  return addresses.map((address) => address.text);
}
