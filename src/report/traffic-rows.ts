import type { AgentMetrics, NginxMetrics, StatusCounts } from '../facts/agent-metrics.ts';
import type { HostMetrics } from '../facts/host-metrics.ts';
import { latencyBounds } from '../model/latency-buckets.ts';
import type { TrafficRow } from './edge-view.ts';

/** What each balancer's clients did between two readings of its counters; none for a balancer that gave only one of them. */
export function trafficRows(before: readonly HostMetrics[], after: readonly HostMetrics[]): readonly TrafficRow[] {
  const earlier = new Map(before.map(({ host, agent }) => [host, agent]));
  return after.flatMap(({ host, agent }) => {
    const was = earlier.get(host);
    const row = was === undefined || agent === undefined ? undefined : trafficOf(was, agent);
    return row === undefined ? [] : [{ key: host, ...row }];
  });
}

function trafficOf(was: AgentMetrics, is: AgentMetrics): Omit<TrafficRow, 'key'> | undefined {
  const seconds = is.at - was.at;
  // The clock of the host was set, or it is the same reading.
  if (was.nginx === undefined || is.nginx === undefined || seconds <= 0) return undefined;
  const a = totalsOf(was.nginx);
  const b = totalsOf(is.nginx);
  const grown = (of: (totals: Totals) => number): number => growth(of(a), of(b));
  const full = grown(({ full }) => full);
  const resumed = grown(({ resumed }) => resumed);
  const buckets = b.buckets.map((count, index) => growth(a.buckets[index] ?? 0, count));
  return {
    requestsPerSecond: grown(({ requests }) => requests) / seconds,
    errorsPerSecond: grown(({ errors }) => errors) / seconds,
    ...percentiles(buckets),
    connections: is.nginx.connections.reading + is.nginx.connections.writing + is.nginx.connections.waiting,
    handshakesPerSecond: (full + resumed) / seconds,
    resumedShare: full + resumed === 0 ? 0 : resumed / (full + resumed),
    oldWorkers: is.nginx.workers.old,
  };
}

/** Counters begin anew with NGINX: then all of what is there was counted since. */
function growth(before: number, after: number): number {
  return after >= before ? after - before : after;
}

interface Totals {
  readonly requests: number;
  readonly errors: number;
  readonly full: number;
  readonly resumed: number;
  readonly buckets: readonly number[];
}

function totalsOf({ sites, handshakes }: NginxMetrics): Totals {
  return {
    requests: sum(sites.map(({ statuses }) => allOf(statuses))),
    errors: sum(sites.map(({ statuses }) => statuses['5xx'])),
    ...handshakes,
    buckets: Array.from({ length: latencyBounds.length + 1 }, (_, index) =>
      sum(sites.map(({ buckets }) => buckets[index] ?? 0)),
    ),
  };
}

function allOf(statuses: StatusCounts): number {
  return sum(Object.values(statuses));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function percentiles(buckets: readonly number[]): Pick<TrafficRow, 'p50Ms' | 'p95Ms' | 'p99Ms'> {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => percentile(buckets, share));
  if (p50 === undefined || p95 === undefined || p99 === undefined) return {};
  return { p50Ms: p50 * 1000, p95Ms: p95 * 1000, p99Ms: p99 * 1000 };
}

/**
 * The time within which this share of what was counted was done, in seconds: somewhere in its bucket, as Prometheus' histogram_quantile has it.
 * What took longer than every bound is said as the last bound. Undefined when nothing was counted.
 */
export function percentile(buckets: readonly number[], share: number): number | undefined {
  const total = sum(buckets);
  if (total === 0) return undefined;
  const rank = share * total;
  let below = 0;
  for (const [index, count] of buckets.entries()) {
    const high = latencyBounds[index];
    if (high === undefined) break;
    if (count > 0 && below + count >= rank) {
      const low = latencyBounds[index - 1] ?? 0;
      return low + (high - low) * Math.max(0, (rank - below) / count);
    }
    below += count;
  }
  return latencyBounds.at(-1);
}
