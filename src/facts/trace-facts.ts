import type { CertificateFacts } from './status-certificate.ts';
import type { BackendCheck, HostAnswer } from './status-facts.ts';

/** One real request and everything that was asked about it. Explained by `report/trace-explain.ts`. */
export interface TraceFacts {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly target: TraceTarget;
  /** The host that sent the request; `this computer` from the operator's machine. */
  readonly from: string;
  /** What that host asks, in its order. */
  readonly resolvers: readonly string[];
  /** Every resolver and nameserver asked for the name. Empty when the URL names an address. */
  readonly lookups: readonly LookupFacts[];
  readonly exchange: ExchangeFacts;
  /** The MAC the request went to, when sender and VIP are on one network. */
  readonly mac: string | undefined;
  /** The balancers as they are right after the request. */
  readonly balancers: readonly HostAnswer[];
  /** What the balancer told of the request, in a header or in its log. */
  readonly told: ToldFacts | undefined;
  /** The backends of the site's pool, as the balancer that answered sees them. */
  readonly backends: readonly BackendCheck[];
}

/** The URL, taken apart. */
export interface TraceTarget {
  readonly url: string;
  readonly scheme: 'http' | 'https';
  /** Lower case; without brackets for an IPv6 address. */
  readonly host: string;
  readonly port: number;
}

/** One server's answer for the name. */
export interface LookupFacts {
  readonly server: string;
  readonly type: 'A' | 'AAAA';
  /** `NOERROR`, `NXDOMAIN`, ...; empty without an answer. */
  readonly status: string;
  /** In the order of the answer. */
  readonly addresses: readonly string[];
  /** Seconds. */
  readonly ttl: number;
  readonly ms: number;
  /** Why there was no answer; empty when there was one. */
  readonly reason: string;
}

/** How far the request came. `failed` is undefined when a response arrived. */
export interface ExchangeFacts {
  readonly failed: { readonly at: 'lookup' | 'connect' | 'tls' | 'response'; readonly reason: string } | undefined;
  /** The address that was chosen; empty when none was. */
  readonly address: string;
  /** Milliseconds from the start to each point; 0 when it was not reached. */
  readonly times: {
    readonly lookup: number;
    readonly connect: number;
    readonly tls: number;
    readonly firstByte: number;
    readonly total: number;
  };
  readonly tls: { readonly version: string; readonly cipher: string } | undefined;
  readonly certificate: CertificateFacts | undefined;
  /** `1.1`, `2`; empty without a response. */
  readonly httpVersion: string;
  /** 0 without a response. */
  readonly status: number;
  readonly bodyBytes: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What a balancer says of one request. Lists have one entry for each try, in order. */
export interface ToldFacts {
  readonly source: 'header' | 'log';
  readonly balancer: string;
  readonly request: string;
  /** `address:port`, or the pool's name when no server of it was tried; empty when the balancer answered itself. */
  readonly backends: readonly string[];
  /** `-` where there was none. */
  readonly statuses: readonly string[];
  /** Milliseconds until the connection stood; undefined when it never did. */
  readonly connectMs: readonly (number | undefined)[];
  /** Milliseconds until the response header had come; undefined when it never did. */
  readonly headerMs: readonly (number | undefined)[];
}
