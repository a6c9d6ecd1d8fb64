import { isObject, numberAt, objectAt, objectsOf, textAt } from './fields.ts';
import type { JsonObject } from './fields.ts';

/**
 * What the agent of a host has counted: its answer to `ask metrics`. Counters only rise, until what counts is started anew. Times are
 * seconds since 1970 by the host's clock, durations seconds.
 */
export interface AgentMetrics {
  /** When these were read. */
  readonly at: number;
  /** When the agent was started. */
  readonly startedAt: number;
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  /** Of a balancer; undefined when NGINX does not answer, and on a nameserver. */
  readonly nginx: NginxMetrics | undefined;
  /** VIPs that this host may hold. */
  readonly vips: readonly VipMetrics[];
  /** What keepalived tracks, and `drain`: 1 is what keeps VIPs away. */
  readonly verdicts: readonly { readonly name: string; readonly value: 0 | 1 }[];
}

/** What an NGINX counted, and what it does now. */
export interface NginxMetrics {
  /** Open connections, and in what state; with those of the agent's own questions (ngx_http_stub_status_module). */
  readonly connections: Readonly<Record<'reading' | 'writing' | 'waiting', number>>;
  readonly accepted: number;
  /** Of the accepted ones; fewer when a limit was reached. */
  readonly handled: number;
  /** With those that belong to no site. */
  readonly requests: number;
  /** Worker processes: of this configuration, and of former ones that still serve. */
  readonly workers: Readonly<Record<'current' | 'old', number>>;
  readonly sites: readonly SiteMetrics[];
  readonly backends: readonly BackendMetrics[];
  /** TLS handshakes of connections on which something was asked. */
  readonly handshakes: Readonly<Record<'full' | 'resumed', number>>;
  /** Requests by version of HTTP. */
  readonly protocols: readonly { readonly protocol: string; readonly requests: number }[];
}

/** Requests by the hundreds of their status; `none`: there was no status. */
export type StatusCounts = Readonly<Record<StatusClass, number>>;

/** Class of a status, as a label says it. */
export type StatusClass = (typeof statusClasses)[number];

/** All of them, in the order of Lua's numbers. */
export const statusClasses = ['none', '1xx', '2xx', '3xx', '4xx', '5xx'] as const;

/** One site on one balancer. */
export interface SiteMetrics {
  readonly site: string;
  readonly statuses: StatusCounts;
  /** Sent to clients, with headers. */
  readonly bytes: number;
  /** Until the answer was sent, all together; without upgraded connections. */
  readonly seconds: number;
  /** How many took at most so long (`latencyBounds`) and longer than the bound before; the last: longer than all. */
  readonly buckets: readonly number[];
}

/** One backend, as one balancer's requests met it. A retry is another try. */
export interface BackendMetrics {
  readonly pool: string;
  /** `web1:80`; `none`: NGINX had nobody to ask. */
  readonly backend: string;
  readonly statuses: StatusCounts;
  /** Until its answer was read, all together. */
  readonly seconds: number;
}

/** A VIP on one host. */
export interface VipMetrics {
  readonly vip: string;
  readonly held: boolean;
  /** How often it came or went, as seen since the agent was started. */
  readonly transitions: number;
  /** When that was last; undefined: not since the agent was started. */
  readonly changedAt: number | undefined;
}

/** Counts of every class. */
export function statusCounts(count: (name: StatusClass) => number): StatusCounts {
  return {
    none: count('none'),
    '1xx': count('1xx'),
    '2xx': count('2xx'),
    '3xx': count('3xx'),
    '4xx': count('4xx'),
    '5xx': count('5xx'),
  };
}

/** Reads the answer to `ask metrics`; undefined when it is none. An agent of another version may say less, which is then 0 or empty. */
export function parseAgentMetrics(value: unknown): AgentMetrics | undefined {
  if (!isObject(value) || typeof value['at'] !== 'number') return undefined;
  const nginx = value['nginx'];
  return {
    at: value['at'],
    startedAt: numberAt(value, 'startedAt'),
    cpuSeconds: numberAt(value, 'cpuSeconds'),
    residentBytes: numberAt(value, 'residentBytes'),
    nginx: isObject(nginx) ? nginxOf(nginx) : undefined,
    vips: objectsOf(value['vips']).map((vip) => ({
      vip: textAt(vip, 'vip'),
      held: vip['held'] === true,
      transitions: numberAt(vip, 'transitions'),
      changedAt: typeof vip['changedAt'] === 'number' ? vip['changedAt'] : undefined,
    })),
    verdicts: objectsOf(value['verdicts']).map((verdict) => ({
      name: textAt(verdict, 'name'),
      value: verdict['value'] === 0 ? 0 : 1,
    })),
  };
}

function nginxOf(value: JsonObject): NginxMetrics {
  const connections = objectAt(value, 'connections');
  const workers = objectAt(value, 'workers');
  const handshakes = objectAt(value, 'handshakes');
  return {
    connections: {
      reading: numberAt(connections, 'reading'),
      writing: numberAt(connections, 'writing'),
      waiting: numberAt(connections, 'waiting'),
    },
    accepted: numberAt(value, 'accepted'),
    handled: numberAt(value, 'handled'),
    requests: numberAt(value, 'requests'),
    workers: { current: numberAt(workers, 'current'), old: numberAt(workers, 'old') },
    sites: objectsOf(value['sites']).map((site) => ({
      site: textAt(site, 'site'),
      statuses: statusesOf(site),
      bytes: numberAt(site, 'bytes'),
      seconds: numberAt(site, 'seconds'),
      buckets: numbersOf(site['buckets']),
    })),
    backends: objectsOf(value['backends']).map((backend) => ({
      pool: textAt(backend, 'pool'),
      backend: textAt(backend, 'backend'),
      statuses: statusesOf(backend),
      seconds: numberAt(backend, 'seconds'),
    })),
    handshakes: { full: numberAt(handshakes, 'full'), resumed: numberAt(handshakes, 'resumed') },
    protocols: objectsOf(value['protocols']).map((one) => ({
      protocol: textAt(one, 'protocol'),
      requests: numberAt(one, 'requests'),
    })),
  };
}

function statusesOf(value: JsonObject): StatusCounts {
  const statuses = objectAt(value, 'statuses');
  return statusCounts((name) => numberAt(statuses, name));
}

function numbersOf(value: unknown): readonly number[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'number') : [];
}
