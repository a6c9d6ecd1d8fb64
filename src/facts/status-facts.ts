import type { UnitFacts } from './host-facts.ts';
import type { AgentSight } from './status-agent.ts';
import type { CertificateFacts } from './status-certificate.ts';
import type { VrrpState } from './status-vrrp-log.ts';

/** Everything `status` asked, as it was answered. Judged by `report/status-judge.ts`. Durations are milliseconds. */
export interface StatusFacts {
  /** ISO 8601, UTC: when the questions were asked. */
  readonly at: string;
  readonly hosts: readonly HostAnswer[];
  /** The host that stood for a client; undefined when none could be asked. */
  readonly observer: string | undefined;
  readonly sightings: readonly VipSighting[];
  readonly backends: readonly BackendCheck[];
  readonly nameservers: readonly NameserverAnswer[];
  readonly sites: readonly SiteAnswer[];
}

/** One machine of the edge, asked over SSH. */
export interface HostAnswer {
  readonly host: string;
  readonly role: 'balancer' | 'nameserver' | 'web';
  readonly reachable: boolean;
  /** Why it did not answer, in the Fault's words; empty when it did. */
  readonly reason: string;
  /** By the name asked for; empty when it did not answer. */
  readonly units: readonly UnitFacts[];
  /** Addresses on its interfaces, without the loopback; empty when it did not answer. */
  readonly addresses: readonly string[];
  /** MAC addresses of its interfaces, lower case. */
  readonly macs: readonly string[];
  /** keepalived's last word on each VRRP instance; only on balancers. */
  readonly vrrp: readonly VrrpState[];
  /** A person keeps it out of service (`evenkeel drain`); only on balancers. */
  readonly drained: boolean;
  /** The agent finds its NGINX hung; only on balancers. */
  readonly nginxHangs: boolean;
  /** It has just returned, and takes no VIP that another balancer serves. */
  readonly settles: boolean;
  /** VIPs, by name, that a person moved here; only on balancers. */
  readonly claims: readonly string[];
  /** Backends that a person drains, as they were named: `web1`, `web1:80`; only on balancers. */
  readonly drainedBackends: readonly string[];
  /** The tables of nftables, as `inet evenkeel`; only on balancers. Undefined when it could not be asked. */
  readonly tables: readonly string[] | undefined;
  /** How its agent answers; undefined when it was not asked, or the host does not answer. */
  readonly agent: AgentAnswer | undefined;
}

/** Whether the agent of a host answers on its own socket. */
export interface AgentAnswer {
  /** `missing`: its command is not there or can't be run. */
  readonly state: 'active' | 'silent' | 'missing';
  /** Its words, or those of the system; empty when it answers. */
  readonly reason: string;
  /** Nothing unless it answers. */
  readonly sight: AgentSight;
}

/** Which MACs answer for a VIP on its network. */
export interface VipSighting {
  readonly address: string;
  /** `arping` asks everybody and shows two answers; `neighbour` is the one the kernel believes. */
  readonly method: 'arping' | 'neighbour' | 'none';
  readonly macs: readonly string[];
  /** Why nothing can be said; empty otherwise. */
  readonly reason: string;
}

/** One backend as one balancer sees it: the pool's own check, sent from there. */
export interface BackendCheck {
  readonly balancer: string;
  readonly pool: string;
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly up: boolean;
  readonly reason: string;
  readonly ms: number;
}

/** One nameserver, asked over the network. */
export interface NameserverAnswer {
  readonly host: string;
  readonly address: string;
  /** The host that asked. */
  readonly askedFrom: string;
  readonly answering: boolean;
  /** Why it did not answer; empty when it did. */
  readonly reason: string;
  readonly names: readonly NameAnswer[];
  readonly serials: readonly { readonly zone: string; readonly serial: number }[];
  /** Names beyond the limit of one status. */
  readonly namesNotAsked: number;
}

export interface NameAnswer {
  readonly name: string;
  readonly type: 'A' | 'AAAA';
  /** `NOERROR`, `NXDOMAIN`, `REFUSED`, `SERVFAIL`, or `TIMEOUT`. */
  readonly status: string;
  /** In the order of the answer. */
  readonly addresses: readonly string[];
  /** Seconds; 0 without an answer. */
  readonly ttl: number;
}

/** A site as a client gets it through one address: a whole HTTPS request and the certificate served. */
export interface SiteAnswer {
  readonly site: string;
  readonly name: string;
  /** The VIP's name, or the balancer's, asked by itself on its loopback. */
  readonly target: string;
  readonly kind: 'vip' | 'balancer';
  readonly address: string;
  /** The host that asked. */
  readonly askedFrom: string;
  /** The HTTP status; 0 without an answer. */
  readonly status: number;
  /** What went wrong below HTTP; empty when there was an answer. */
  readonly reason: string;
  readonly ms: number;
  readonly certificate: CertificateFacts | undefined;
}
