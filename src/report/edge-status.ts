import type { AgentSight } from '../facts/status-agent.ts';

/**
 * What is true of the edge now: the document of `evenkeel status --json`, described in docs/status-json.md. Keys are
 * only ever added while `version` is 1. Durations are milliseconds.
 */
export interface EdgeStatus {
  readonly version: 1;
  readonly edge: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** No problem of severity `error`. */
  readonly healthy: boolean;
  readonly problems: readonly StatusProblem[];
  readonly vips: readonly VipStatus[];
  readonly balancers: readonly BalancerStatus[];
  readonly backends: readonly BackendStatus[];
  readonly nameservers: readonly NameserverStatus[];
  readonly webServers: readonly WebServerStatus[];
  readonly sites: readonly SiteStatus[];
  readonly certificates: readonly CertificateStatus[];
  readonly notAsked: NotAsked;
  /** Of the dashboard alone, never in a status: what is too much for one look, and is asked in turns. */
  readonly turns?: LookTurns;
}

/** What is beyond the limits of one status, so that nothing is said of it. */
export interface NotAsked {
  readonly sites: number;
  /** Questions to each nameserver: a name and a type. */
  readonly names: number;
}

/** What the dashboard asks in turns; absent: each look asks for all of it. */
export interface LookTurns {
  readonly sites?: AskedInTurns;
  /** Questions to each nameserver. */
  readonly names?: AskedInTurns;
}

/** How far the dashboard is with what it asks in turns. */
export interface AskedInTurns {
  readonly all: number;
  /** What was asked with this look: names of sites; `devops.com A`. */
  readonly asked: readonly string[];
  /** Those of which nothing is known. */
  readonly notYet: number;
  /** How long before this look the one was asked that was asked longest ago. Milliseconds. */
  readonly oldestMs: number;
}

/** One thing that is not as it should be. */
export interface StatusProblem {
  /** Stable: what kind of problem it is. */
  readonly code: StatusProblemCode;
  /** A `warning` leaves the edge healthy. */
  readonly severity: 'error' | 'warning';
  /** The host, VIP, site or zone it is about. */
  readonly subject: string;
  /** What is wrong and why, in one sentence without a final stop. */
  readonly message: string;
  /** The next thing to do, without a final stop. */
  readonly next: string;
}

export type StatusProblemCode =
  | 'host-silent'
  | 'unit-not-running'
  | 'agent-silent'
  | 'agent-part-failed'
  | 'agent-alarm'
  | 'balancer-isolated'
  | 'balancer-blind'
  | 'vrrp-stranger'
  | 'table-lost'
  | 'nginx-hung'
  | 'balancer-drained'
  | 'vip-nobody'
  | 'vip-several'
  | 'vip-moved'
  | 'vip-unanswered'
  | 'vip-wrong-answer'
  | 'vip-yielded'
  | 'vip-conflict'
  | 'backend-down'
  | 'backend-not-reached'
  | 'backend-unreachable'
  | 'backend-drained'
  | 'pool-panic'
  | 'nameserver-silent'
  | 'name-wrong'
  | 'name-incomplete'
  | 'serials-differ'
  | 'site-failing'
  | 'certificate-ending'
  | 'certificate-ended'
  | 'certificate-wrong-name'
  | 'certificates-differ'
  /** Of the dashboard alone, never in a status: a receiver of alerts takes none. */
  | 'receiver-failing';

/** One address of a VIP; a VIP with IPv6 has two entries of the same name. */
export interface VipStatus {
  readonly name: string;
  readonly address: string;
  /** The balancer that should hold it. */
  readonly preferred: string;
  /** Balancers to which a person moved it; usually none or one. */
  readonly claimedBy: readonly string[];
  /** Hosts that have the address on an interface. */
  readonly holders: readonly string[];
  /** The MACs that answer for it, as `seenFrom` sees them. */
  readonly macs: readonly string[];
  /** The hosts those MACs belong to; the MAC itself when it is none of ours. */
  readonly answeredBy: readonly string[];
  /** The host that looked; absent when none could. */
  readonly seenFrom?: string;
  /** Why nothing can be said of who answers; absent otherwise. */
  readonly unseen?: string;
  /** Since when the holder has it, ISO 8601, as keepalived logged it; absent when it is not known. */
  readonly since?: string;
}

/** A machine as asked over SSH. `reason` says why it did not answer. */
export interface MachineStatus {
  readonly host: string;
  readonly reachable: boolean;
  readonly reason?: string;
}

/** `active`, `inactive`, `failed`, `activating`, `missing`, or `unknown` for a host that does not answer. */
export type UnitWord = string;

export interface BalancerStatus extends MachineStatus {
  readonly nginx: UnitWord;
  readonly keepalived: UnitWord;
  /** `active` when the agent answers, `silent` when not; absent on an edge that has none (`--profile reference`). */
  readonly agent?: UnitWord;
  /** The agent finds NGINX hung. */
  readonly nginxHangs: boolean;
  /** Kept out of service by a person. */
  readonly drained: boolean;
  /** VIPs it holds, by name. */
  readonly holds: readonly string[];
  /** Backends that a person drains there, as they were named. */
  readonly drainedBackends: readonly string[];
  /** Tables of nftables that are not loaded and should be: `ip evenkeel-handover`. Empty when it could not be asked. */
  readonly lostTables: readonly string[];
  /** What its agent says; absent when it does not answer. */
  readonly agentSees?: AgentSight;
}

export interface BackendStatus {
  readonly pool: string;
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** The balancer that looked. */
  readonly balancer: string;
  readonly up: boolean;
  readonly reason: string;
  readonly ms: number;
  readonly weight: number;
  readonly backup: boolean;
}

export interface NameserverStatus extends MachineStatus {
  readonly address: string;
  readonly powerdns: UnitWord;
  /** As that of a balancer. */
  readonly agent?: UnitWord;
  /** As that of a balancer. */
  readonly agentSees?: AgentSight;
  /** Whether it answers DNS queries. */
  readonly answering: boolean;
  /** The addresses it gives for the edge's first site name. */
  readonly answers: readonly string[];
  readonly names: readonly {
    readonly name: string;
    readonly type: 'A' | 'AAAA';
    readonly status: string;
    readonly addresses: readonly string[];
    readonly ttl: number;
  }[];
  readonly serials: readonly { readonly zone: string; readonly serial: number }[];
}

export interface WebServerStatus extends MachineStatus {
  readonly managed: boolean;
  /** Of a managed one; absent for the others. */
  readonly nginx?: UnitWord;
}

/** A site as a client gets it through one VIP. */
export interface SiteStatus {
  readonly site: string;
  readonly name: string;
  readonly vip: string;
  readonly address: string;
  readonly up: boolean;
  /** The HTTP status; 0 without an answer. */
  readonly status: number;
  readonly reason: string;
  readonly ms: number;
}

/** The certificate of a site as one address serves it. */
export interface CertificateStatus {
  readonly site: string;
  readonly name: string;
  /** The VIP or balancer that was asked. */
  readonly servedAt: string;
  readonly address: string;
  /** Whole days, rounded down; negative when it has ended. */
  readonly daysLeft: number;
  readonly notAfter: string;
  readonly subject: string;
  readonly issuer: string;
  readonly names: readonly string[];
  /** SHA-256, lower-case hex. */
  readonly fingerprint: string;
}
