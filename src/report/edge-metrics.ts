import type { HostMetrics } from '../facts/host-metrics.ts';
import { dnsFamilies } from './dns-families.ts';
import type { EdgeView, Topology } from './edge-view.ts';
import { hostFamilies } from './host-families.ts';
import { metrics } from './metric-catalogue.ts';
import { valuesOf, type MetricFamily } from './metric.ts';
import { viewFamilies } from './view-families.ts';

/** Everything that one scrape tells. Times are seconds. */
export interface EdgeReading {
  readonly version: string;
  readonly topology: Topology;
  readonly view: EdgeView;
  /** Events of the timeline since the dashboard was started. */
  readonly events: readonly { readonly kind: string; readonly severity: string; readonly count: number }[];
  /** What the hosts said; undefined: they were not asked yet. */
  readonly hosts:
    | { readonly at: number; readonly seconds: number; readonly metrics: readonly HostMetrics[] }
    | undefined;
  /** The dashboard's own process. `startedAt`: since 1970. */
  readonly process: { readonly cpuSeconds: number; readonly residentBytes: number; readonly startedAt: number };
}

/** All metrics of an edge, in the order of the catalogue's parts. */
export function edgeMetrics(reading: EdgeReading): readonly MetricFamily[] {
  const { version, topology, view, events, hosts, process } = reading;
  return [
    valuesOf(metrics.buildInfo, [{ labels: { edge: topology.edge, version }, value: 1 }]),
    ...viewFamilies(view, topology),
    valuesOf(
      metrics.events,
      events.map(({ kind, severity, count }) => ({ labels: { kind, severity }, value: count })),
    ),
    ...hostFamilies(hosts?.metrics ?? []),
    ...dnsFamilies(hosts?.metrics ?? []),
    valuesOf(metrics.collectTime, hosts === undefined ? [] : [{ labels: {}, value: hosts.at }]),
    valuesOf(metrics.collectSeconds, hosts === undefined ? [] : [{ labels: {}, value: hosts.seconds }]),
    valuesOf(metrics.processCpu, [{ labels: {}, value: process.cpuSeconds }]),
    valuesOf(metrics.processMemory, [{ labels: {}, value: process.residentBytes }]),
    valuesOf(metrics.processStart, [{ labels: {}, value: process.startedAt }]),
  ];
}
