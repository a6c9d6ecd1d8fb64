import type { HostMetrics } from '../facts/host-metrics.ts';
import { latencyBounds } from '../model/latency-buckets.ts';
import { statusClasses, type NginxMetrics } from '../facts/agent-metrics.ts';
import { metrics } from './metric-catalogue.ts';
import { histogramOf, valuesOf, type MetricFamily } from './metric.ts';

/** What hosts have counted, as metrics. */
export function hostFamilies(hosts: readonly HostMetrics[]): readonly MetricFamily[] {
  const balancers = hosts.filter(({ kind }) => kind === 'balancer');
  return [
    ...agentFamilies(hosts),
    ...vrrpFamilies(balancers),
    ...nginxFamilies(balancers),
    ...checkFamilies(balancers),
  ];
}

function agentFamilies(hosts: readonly HostMetrics[]): readonly MetricFamily[] {
  const agents = hosts.flatMap(({ host, agent }) => (agent === undefined ? [] : [{ labels: { host }, agent }]));
  return [
    valuesOf(
      metrics.agentUp,
      hosts.map(({ host, agent }) => ({ labels: { host }, value: agent === undefined ? 0 : 1 })),
    ),
    valuesOf(
      metrics.agentStart,
      agents.map(({ labels, agent }) => ({ labels, value: agent.startedAt })),
    ),
    valuesOf(
      metrics.agentCpu,
      agents.map(({ labels, agent }) => ({ labels, value: agent.cpuSeconds })),
    ),
    valuesOf(
      metrics.agentMemory,
      agents.map(({ labels, agent }) => ({ labels, value: agent.residentBytes })),
    ),
  ];
}

function vrrpFamilies(balancers: readonly HostMetrics[]): readonly MetricFamily[] {
  const vips = balancers.flatMap(({ host, agent }) =>
    (agent?.vips ?? []).map((vip) => ({ labels: { host, vip: vip.vip }, vip })),
  );
  return [
    valuesOf(
      metrics.vrrpHeld,
      vips.map(({ labels, vip }) => ({ labels, value: vip.held ? 1 : 0 })),
    ),
    valuesOf(
      metrics.vrrpTransitions,
      vips.map(({ labels, vip }) => ({ labels, value: vip.transitions })),
    ),
    valuesOf(
      metrics.vrrpChanged,
      vips.flatMap(({ labels, vip }) => (vip.changedAt === undefined ? [] : [{ labels, value: vip.changedAt }])),
    ),
    valuesOf(
      metrics.verdict,
      balancers.flatMap(({ host, agent }) =>
        (agent?.verdicts ?? []).map(({ name, value }) => ({ labels: { host, reason: name }, value })),
      ),
    ),
  ];
}

interface Nginx {
  readonly host: string;
  readonly nginx: NginxMetrics;
}

function nginxFamilies(balancers: readonly HostMetrics[]): readonly MetricFamily[] {
  const all = balancers.flatMap(({ host, agent }): readonly Nginx[] =>
    agent?.nginx === undefined ? [] : [{ host, nginx: agent.nginx }],
  );
  const one = (value: (nginx: NginxMetrics) => number) =>
    all.map(({ host, nginx }) => ({ labels: { host }, value: value(nginx) }));
  return [
    valuesOf(
      metrics.nginxUp,
      balancers.map(({ host, agent }) => ({ labels: { host }, value: agent?.nginx === undefined ? 0 : 1 })),
    ),
    valuesOf(
      metrics.nginxConnections,
      all.flatMap(({ host, nginx }) =>
        Object.entries(nginx.connections).map(([state, value]) => ({ labels: { host, state }, value })),
      ),
    ),
    valuesOf(
      metrics.nginxAccepted,
      one(({ accepted }) => accepted),
    ),
    valuesOf(
      metrics.nginxDropped,
      one(({ accepted, handled }) => Math.max(0, accepted - handled)),
    ),
    valuesOf(
      metrics.nginxRequests,
      one(({ requests }) => requests),
    ),
    valuesOf(
      metrics.nginxWorkers,
      all.flatMap(({ host, nginx }) =>
        Object.entries(nginx.workers).map(([state, value]) => ({ labels: { host, state }, value })),
      ),
    ),
    valuesOf(
      metrics.handshakes,
      all.flatMap(({ host, nginx }) =>
        Object.entries(nginx.handshakes).map(([kind, value]) => ({ labels: { host, kind }, value })),
      ),
    ),
    valuesOf(
      metrics.protocols,
      all.flatMap(({ host, nginx }) =>
        nginx.protocols.map(({ protocol, requests }) => ({ labels: { host, protocol }, value: requests })),
      ),
    ),
    ...siteFamilies(all),
    ...backendFamilies(all),
  ];
}

function siteFamilies(all: readonly Nginx[]): readonly MetricFamily[] {
  const sites = all.flatMap(({ host, nginx }) =>
    nginx.sites.map((site) => ({ labels: { host, site: site.site }, site })),
  );
  return [
    valuesOf(
      metrics.siteRequests,
      sites.flatMap(({ labels, site }) =>
        statusClasses.map((name) => ({ labels: { ...labels, class: name }, value: site.statuses[name] })),
      ),
    ),
    valuesOf(
      metrics.siteBytes,
      sites.map(({ labels, site }) => ({ labels, value: site.bytes })),
    ),
    histogramOf(
      metrics.siteDuration,
      latencyBounds,
      sites.map(({ labels, site }) => ({ labels, counts: site.buckets, sum: site.seconds })),
    ),
  ];
}

function backendFamilies(all: readonly Nginx[]): readonly MetricFamily[] {
  const backends = all.flatMap(({ host, nginx }) =>
    nginx.backends.map((one) => ({ labels: { host, pool: one.pool, backend: one.backend }, one })),
  );
  return [
    valuesOf(
      metrics.backendRequests,
      backends.flatMap(({ labels, one }) =>
        statusClasses.map((name) => ({ labels: { ...labels, class: name }, value: one.statuses[name] })),
      ),
    ),
    valuesOf(
      metrics.backendSeconds,
      backends.map(({ labels, one }) => ({ labels, value: one.seconds })),
    ),
  ];
}

function checkFamilies(balancers: readonly HostMetrics[]): readonly MetricFamily[] {
  const all = balancers.flatMap(({ host, checks }) =>
    checks.map((check) => ({ labels: { host, pool: check.pool, backend: check.backend }, check })),
  );
  return [
    valuesOf(
      metrics.backendUp,
      // Of one that was not judged yet nothing is said.
      all.flatMap(({ labels, check }) =>
        check.state === 'unknown' ? [] : [{ labels, value: check.state === 'up' ? 1 : 0 }],
      ),
    ),
    valuesOf(
      metrics.backendChecks,
      all.map(({ labels, check }) => ({ labels, value: check.checks })),
    ),
    valuesOf(
      metrics.backendFailures,
      all.map(({ labels, check }) => ({ labels, value: check.failures })),
    ),
    valuesOf(
      metrics.backendChanges,
      all.map(({ labels, check }) => ({ labels, value: check.changes })),
    ),
  ];
}
