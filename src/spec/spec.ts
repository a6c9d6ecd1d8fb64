import type { AlertsSpec } from './alerts-spec.ts';

/**
 * What a person wrote in the edge file: nothing is filled in, every key may be missing where a default exists.
 * `edge-schema.ts` gives it its shape; `Model` (src/model/model.ts) is what becomes of it.
 */
export interface Spec {
  readonly version: 1;
  /** The name of the edge; names labs, certificates and state. `[a-z][a-z0-9-]{0,30}`. */
  readonly name: string;
  /** How fast VRRP notices a dead machine: adverts every 1 s, 100 ms or 50 ms. Default `normal`. */
  readonly failover?: FailoverProfile;
  /** How long a balancer that returned must have been well before its VIPs come home. Default `5s`; twice as long each time it returns again. */
  readonly failback?: string;
  /** Refusals that the person takes on: a single balancer, a single nameserver. */
  readonly allow?: readonly Allowance[];
  readonly networks: Readonly<Record<string, NetworkSpec>>;
  /** Defaults for every host's `ssh`. */
  readonly ssh?: SshSpec;
  readonly hosts: Readonly<Record<string, HostSpec>>;
  readonly vips: Readonly<Record<string, VipSpec>>;
  readonly pools?: Readonly<Record<string, PoolSpec>>;
  readonly sites?: Readonly<Record<string, SiteSpec>>;
  readonly zones?: Readonly<Record<string, ZoneSpec>>;
  readonly clients?: ClientsSpec;
  readonly alerts?: AlertsSpec;
  readonly lab?: LabSpec;
}

export type FailoverProfile = 'safe' | 'normal' | 'fast';
export type Allowance = 'single-balancer' | 'single-nameserver';
export type Role = 'balancer' | 'nameserver' | 'web';
/** How a pool chooses. `sticky-cookie` needs no module: a cookie names the server, a map finds it. */
export const algorithms = [
  'round-robin',
  'least-connections',
  'random-two',
  'client-ip-hash',
  'consistent-hash',
  'sticky-cookie',
] as const;

/** One of them. */
export type Algorithm = (typeof algorithms)[number];

export interface NetworkSpec {
  readonly ipv4?: string;
  readonly ipv6?: string;
  /** The router clients come through: one address, or one of each family. */
  readonly gateway?: string | readonly string[];
}

export interface SshSpec {
  /** Host name, address or ssh_config alias. Default: the host's first address. */
  readonly host?: string;
  readonly user?: string;
  readonly port?: number;
  readonly identity?: string;
  readonly jump?: string;
}

export interface HostSpec {
  readonly role: Role;
  /** One address, or one of each family. */
  readonly address: string | readonly string[];
  /** Default: the network that holds the address. */
  readonly network?: string;
  /** Default `eth0`. */
  readonly interface?: string;
  /** A web server that evenkeel leaves alone: `false`. Default `true`. */
  readonly managed?: boolean;
  readonly ssh?: SshSpec;
}

export interface VipSpec {
  /** One IPv4 address, and at most one IPv6 address that moves with it. */
  readonly address: string | readonly string[];
  /** The balancer that holds it while all is well. Default: VIPs are dealt out in turn. */
  readonly preferred?: string;
  /** 1-255, one per VIP in a layer 2 segment. Default: from 51 in the order of the file. */
  readonly vrid?: number;
}

export interface PoolSpec {
  readonly backends: readonly (string | BackendSpec)[];
  readonly algorithm?: Algorithm;
  /** What `consistent-hash` hashes. Default `uri`. */
  readonly hash?: 'uri' | 'client-ip' | 'host';
  readonly check?: CheckSpec;
  readonly timeouts?: TimeoutsSpec;
  /** How often one request may be sent to another backend, and for how long. */
  readonly retry?: RetrySpec;
  /** Per cent of backends up below which all are used. Default 50; 0: never. */
  readonly panic?: number;
}

export interface BackendSpec {
  /** A host of role `web`, or an IP address. */
  readonly server: string;
  readonly port?: number;
  /** 1-256. Default 1. */
  readonly weight?: number;
  /** Used only when all others are down. */
  readonly backup?: boolean;
}

/** How a backend can be asked. `grpc` is grpc.health.v1.Health/Check over HTTP/2 without TLS. */
export const checkKinds = ['http', 'https', 'tcp', 'grpc'] as const;

/** One of `checkKinds`. */
export type CheckKind = (typeof checkKinds)[number];

export interface CheckSpec {
  /** Default `http`. */
  readonly kind?: CheckKind;
  /** What a healthy backend answers with `status`. Default `/`. */
  readonly path?: string;
  /** Host header of the check. Default: the backend's address. */
  readonly host?: string;
  /** One of these. Default 200. */
  readonly status?: number | readonly number[];
  /** Text that the first 64 KiB of the answer must contain. */
  readonly body?: string;
  readonly timeout?: string;
  /** From one check to the next. Default 1s. */
  readonly interval?: string;
  /** So many good answers in a row bring a backend back. Default 2. */
  readonly rise?: number;
  /** So many bad answers in a row take a backend out. Default 2. */
  readonly fall?: number;
  /** How long a backend that came back gets less than its share. Default: off. */
  readonly 'slow-start'?: string;
  /** So many failed requests within `window` take a backend out for `window` (NGINX max_fails, fail_timeout). */
  readonly failures?: number;
  readonly window?: string;
}

export interface TimeoutsSpec {
  readonly connect?: string;
  readonly read?: string;
  readonly send?: string;
}

export interface RetrySpec {
  readonly attempts?: number;
  readonly within?: string;
}

export interface SiteSpec {
  /** Host names; `*.example.com` is one. Default: the key. */
  readonly names?: readonly string[];
  readonly pool: string;
  /** Default `internal`: a certificate of the edge's own CA. */
  readonly tls?: 'internal' | TlsFilesSpec;
  /** HTTP to HTTPS. Default true. With false, plain HTTP is proxied too. */
  readonly redirect?: boolean;
  /** Strict-Transport-Security. Default false. */
  readonly hsts?: boolean;
  readonly vips?: readonly string[];
  /** Largest request body, e.g. `32m`. */
  readonly 'body-limit'?: string;
  /** Wanted availability per calendar month, e.g. `99.9%`. Default: none. */
  readonly slo?: string;
}

/** Files given by the person; relative to the edge file. */
export interface TlsFilesSpec {
  readonly certificate: string;
  readonly key: string;
}

export interface ZoneSpec {
  /** TTL of the site names in seconds, 10-300. Default 30. */
  readonly ttl?: number;
  /** Mail address of the zone's contact. Default hostmaster@ZONE. */
  readonly contact?: string;
  readonly records?: readonly RecordSpec[];
}

export interface RecordSpec {
  /** Relative to the zone; `@` is the zone itself. */
  readonly name: string;
  readonly type: 'A' | 'AAAA' | 'CNAME' | 'MX' | 'TXT' | 'SRV' | 'CAA' | 'NS' | 'PTR';
  readonly value: string;
  readonly ttl?: number;
}

export interface ClientsSpec {
  /** Nameservers by name, or addresses of resolvers of your own. Default: every nameserver. */
  readonly resolvers?: readonly string[];
}

export interface LabSpec {
  /** The client's address in the lab. Default: a free one of the first network. */
  readonly client?: string | readonly string[];
}
