import type { AgentMetrics, NginxMetrics, SiteMetrics, StatusCounts } from '../../src/facts/agent-metrics.ts';
import { latencyBounds } from '../../src/model/latency-buckets.ts';

/** Requests by class; those left out are 0. */
export function statuses(counts: Partial<StatusCounts>): StatusCounts {
  return { none: 0, '1xx': 0, '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0, ...counts };
}

/** A site that was asked so often, each time within its first bucket. */
export function siteSample(site: string, requests: number, changes: Partial<SiteMetrics> = {}): SiteMetrics {
  return {
    site,
    statuses: statuses({ '2xx': requests }),
    bytes: requests * 1000,
    seconds: requests * 0.004,
    buckets: [requests, ...latencyBounds.map(() => 0)],
    ...changes,
  };
}

/** What an NGINX says that serves one site with two backends. */
export function nginxSample(changes: Partial<NginxMetrics> = {}): NginxMetrics {
  return {
    connections: { reading: 0, writing: 2, waiting: 3 },
    accepted: 50,
    handled: 49,
    requests: 140,
    workers: { current: 2, old: 1 },
    sites: [siteSample('devops.com', 100)],
    backends: [
      { pool: 'web', backend: 'web1:80', statuses: statuses({ '2xx': 60 }), seconds: 0.3 },
      { pool: 'web', backend: 'web2:80', statuses: statuses({ '2xx': 40, '5xx': 2 }), seconds: 0.25 },
    ],
    handshakes: { full: 10, resumed: 30 },
    protocols: [
      { protocol: 'HTTP/1.1', requests: 20 },
      { protocol: 'HTTP/2', requests: 80 },
    ],
    ...changes,
  };
}

/** What the agent of a balancer says. */
export function agentSample(changes: Partial<AgentMetrics> = {}): AgentMetrics {
  return {
    at: 1_795_911_300,
    startedAt: 1_795_911_000,
    cpuSeconds: 12.5,
    residentBytes: 64_000_000,
    nginx: nginxSample(),
    vips: [
      { vip: 'vip1', held: true, transitions: 3, changedAt: 1_795_911_100 },
      { vip: 'vip2', held: false, transitions: 0, changedAt: undefined },
    ],
    verdicts: [
      { name: 'nginx_down', value: 0 },
      { name: 'drained', value: 1 },
    ],
    ...changes,
  };
}

/** What the agent of a balancer answers to `backends`. */
export const checksSample = {
  views: [
    { pool: 'web', backend: 'web1:80', state: 'up', checks: 900, failures: 1, changes: 1 },
    { pool: 'web', backend: 'web2:80', state: 'down', checks: 880, failures: 80, changes: 3 },
    { pool: 'web', backend: 'web3:80', state: 'unknown', checks: 0, failures: 0, changes: 0 },
  ],
};

/** What PowerDNS prints. */
export const statisticsSample =
  'corrupt-packets=0,packetcache-hit=70,packetcache-miss=30,servfail-packets=2,tcp-answers=4,tcp-queries=5,timedout-packets=0,udp-answers=95,udp-queries=96,uptime=1000,version=4.9.18,\n';
