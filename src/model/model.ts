import type { Address, Network } from '../base/address.ts';
import type { Algorithm, Allowance, CheckKind, FailoverProfile, RecordSpec } from '../spec/spec.ts';
import type { AlertSettings } from './alert-settings.ts';
import type { Profile } from './failover-settings.ts';

/**
 * What must be true: the edge file with every default filled and every reference resolved. Nothing is optional;
 * what may be absent is `undefined` by name. Lists are sorted as said. Durations are milliseconds.
 */
export interface Model {
  readonly name: string;
  readonly failover: FailoverProfile;
  /** `evenkeel`, unless the lab is to run the tutorial's pair for comparison (`referenceModel`). */
  readonly profile: Profile;
  /** Risks that the person takes on. */
  readonly allow: readonly Allowance[];
  /** VRRP advert interval in milliseconds: safe 1000, normal 100, fast 50. */
  readonly advertMs: number;
  /** How long a balancer that returned must have been well before its VIPs come home, the first time. */
  readonly failbackMs: number;
  /** In the order of the file. */
  readonly networks: readonly ModelNetwork[];
  /** Balancers in the order of the file. */
  readonly balancers: readonly Balancer[];
  readonly nameservers: readonly Nameserver[];
  readonly webServers: readonly WebServer[];
  /** In the order of the file. */
  readonly vips: readonly Vip[];
  readonly pools: readonly Pool[];
  readonly sites: readonly Site[];
  readonly zones: readonly Zone[];
  /** What a client's resolv.conf holds; never a balancer. */
  readonly resolvers: readonly Address[];
  readonly alerts: AlertSettings;
  readonly lab: { readonly clientAddresses: readonly Address[]; readonly clientNetwork: string };
}

export interface ModelNetwork {
  readonly name: string;
  readonly ipv4: Network | undefined;
  readonly ipv6: Network | undefined;
  readonly gateways: readonly Address[];
}

/** How to reach a host; undefined values are left to ssh_config. */
export interface SshAccess {
  readonly destination: string;
  readonly user: string | undefined;
  readonly port: number | undefined;
  readonly identity: string | undefined;
  readonly jump: string | undefined;
}

/** What every machine of the edge has. */
export interface Machine {
  readonly name: string;
  /** IPv4 first. At least one. */
  readonly addresses: readonly [Address, ...Address[]];
  readonly network: string;
  readonly interface: string;
  readonly ssh: SshAccess;
}

export interface Balancer extends Machine {
  readonly kind: 'balancer';
}

export interface Nameserver extends Machine {
  readonly kind: 'nameserver';
}

export interface WebServer extends Machine {
  readonly kind: 'web';
  /** False: evenkeel sends it requests and never logs in. */
  readonly managed: boolean;
}

/** Any machine evenkeel knows. */
export type ModelHost = Balancer | Nameserver | WebServer;

export interface Vip {
  readonly name: string;
  /** The address that adverts carry. */
  readonly ipv4: Address;
  /** Moves with it (virtual_ipaddress_excluded). */
  readonly ipv6: Address | undefined;
  readonly network: string;
  readonly vrid: number;
  /** The balancer with the highest priority. */
  readonly preferred: string;
  /** Every balancer with its VRRP priority (RFC 9568: 1-254), highest first. The first is `preferred`. */
  readonly claims: readonly [Claim, ...Claim[]];
}

export interface Claim {
  readonly balancer: string;
  readonly priority: number;
}

export interface Pool {
  readonly name: string;
  readonly algorithm: Algorithm;
  readonly hash: 'uri' | 'client-ip' | 'host';
  readonly backends: readonly [Backend, ...Backend[]];
  readonly check: Check;
  readonly timeouts: { readonly connectMs: number; readonly readMs: number; readonly sendMs: number };
  readonly retry: { readonly attempts: number; readonly withinMs: number };
  /** Per cent of backends up below which all are used; 0: never. */
  readonly panicPercent: number;
}

export interface Backend {
  /** The web host's name, or the address when it is none of our hosts. */
  readonly name: string;
  readonly address: Address;
  readonly port: number;
  readonly weight: number;
  readonly backup: boolean;
}

export interface Check {
  readonly kind: CheckKind;
  readonly path: string;
  /** Host header; undefined: the backend's address and port. */
  readonly host: string | undefined;
  /** Any of them is healthy; the first is what a managed web server answers. */
  readonly statuses: readonly [number, ...number[]];
  /** Text that the first 64 KiB of the answer must contain; undefined: any answer will do. */
  readonly body: string | undefined;
  readonly timeoutMs: number;
  readonly intervalMs: number;
  /** Good answers in a row that bring a backend back. */
  readonly rise: number;
  /** Bad answers in a row that take a backend out. */
  readonly fall: number;
  /** 0: a backend that came back gets its whole share at once. */
  readonly slowStartMs: number;
  /** So many failed requests within `windowMs` take a backend out for `windowMs` (NGINX max_fails, fail_timeout). */
  readonly failures: number;
  readonly windowMs: number;
}

export interface Site {
  readonly name: string;
  /** Lower case; the first is the canonical one. */
  readonly names: readonly [string, ...string[]];
  readonly pool: string;
  readonly tls: SiteTls;
  readonly redirect: boolean;
  readonly hsts: boolean;
  /** Names of VIPs, in the order of the file. */
  readonly vips: readonly [string, ...string[]];
  /** Bytes. */
  readonly bodyLimit: number;
  /** Wanted availability per calendar month, in per cent; undefined: none. No host is configured by it. */
  readonly slo: number | undefined;
}

export type SiteTls =
  | { readonly kind: 'internal' }
  /** Paths as written, relative to the edge file. */
  | { readonly kind: 'files'; readonly certificate: string; readonly key: string };

export interface Zone {
  /** Without final dot, lower case. */
  readonly name: string;
  /** Seconds. */
  readonly ttl: number;
  /** `hostmaster.example.com` form of the SOA's RNAME, without final dot. */
  readonly rname: string;
  /** Health-aware names: site names within the zone, relative (`@`, `www`, `*.app`), each with its VIPs. */
  readonly siteNames: readonly { readonly name: string; readonly vips: readonly string[] }[];
  /** What the person added, as written. */
  readonly records: readonly RecordSpec[];
}

/** Every machine: balancers, nameservers, web servers. */
export function modelHosts(model: Model): readonly ModelHost[] {
  return [...model.balancers, ...model.nameservers, ...model.webServers];
}

/** The machines evenkeel configures: all but unmanaged web servers. */
export function managedHosts(model: Model): readonly ModelHost[] {
  return modelHosts(model).filter((host) => host.kind !== 'web' || host.managed);
}
