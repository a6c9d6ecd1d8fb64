import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { agentSample, nginxSample, siteSample, statuses } from '../../test/kit/metrics-sample.ts';
import type { AgentMetrics } from '../facts/agent-metrics.ts';
import type { HostMetrics } from '../facts/host-metrics.ts';
import { latencyBounds } from '../model/latency-buckets.ts';
import { percentile, trafficRows } from './traffic-rows.ts';

function host(agent: AgentMetrics | undefined, name = 'lb1'): HostMetrics {
  return { host: name, kind: 'balancer', agent, checks: [], powerdns: undefined };
}

const before = agentSample();
const after = agentSample({
  at: before.at + 10,
  nginx: nginxSample({
    sites: [
      siteSample('devops.com', 150, { statuses: statuses({ '2xx': 145, '5xx': 5 }) }),
      siteSample('new.example', 50),
    ],
    handshakes: { full: 15, resumed: 45 },
  }),
});

describe('what clients did between two readings', () => {
  test('is a rate of all sites', () => {
    expect(trafficRows([host(before)], [host(after)])).toEqual([
      {
        key: 'lb1',
        requestsPerSecond: 10,
        errorsPerSecond: 0.5,
        p50Ms: 2.5,
        p95Ms: 4.75,
        p99Ms: 4.95,
        connections: 5,
        handshakesPerSecond: 2,
        resumedShare: 0.75,
        oldWorkers: 1,
      },
    ]);
  });

  test('is nothing without two readings of the same balancer, or without NGINX', () => {
    expect(trafficRows([], [host(after)])).toEqual([]);
    expect(trafficRows([host(before, 'lb2')], [host(after)])).toEqual([]);
    expect(trafficRows([host(undefined)], [host(after)])).toEqual([]);
    expect(trafficRows([host(before)], [host({ ...after, nginx: undefined })])).toEqual([]);
    // The same reading, and a clock that was set back.
    expect(trafficRows([host(before)], [host(before)])).toEqual([]);
    expect(trafficRows([host(after)], [host(before)])).toEqual([]);
  });

  test('an NGINX that was restarted has counted all of it since', () => {
    const restarted = agentSample({
      at: before.at + 10,
      nginx: nginxSample({ sites: [siteSample('devops.com', 20)], handshakes: { full: 2, resumed: 0 } }),
    });
    expect(trafficRows([host(before)], [host(restarted)])).toMatchObject([
      { requestsPerSecond: 2, handshakesPerSecond: 0.2, resumedShare: 0 },
    ]);
  });

  test('a quiet time has no percentiles, and its rates are 0', () => {
    const quiet = agentSample({ at: before.at + 10 });
    const [row] = trafficRows([host(before)], [host(quiet)]);
    expect(row).toMatchObject({ requestsPerSecond: 0, errorsPerSecond: 0, handshakesPerSecond: 0, resumedShare: 0 });
    expect(row).not.toHaveProperty('p50Ms');
  });
});

describe('a percentile', () => {
  test('lies within its bucket, and above all bounds it is the last one', () => {
    const counts = latencyBounds.map(() => 0).concat(0);
    expect(percentile(counts, 0.5)).toBeUndefined();
    expect(percentile(counts.with(1, 10), 0.5)).toBeCloseTo(0.0075, 6);
    expect(percentile(counts.with(latencyBounds.length, 3), 0.5)).toBe(latencyBounds.at(-1));
  });

  test('never falls with its share, and lies in the bucket that holds it', () => {
    const bucket = fc.array(fc.nat(50), { minLength: latencyBounds.length + 1, maxLength: latencyBounds.length + 1 });
    const share = fc.double({ min: 0.001, max: 1, noNaN: true });
    fc.assert(
      fc.property(bucket, share, share, (buckets, a, b) => {
        const low = percentile(buckets, Math.min(a, b));
        const high = percentile(buckets, Math.max(a, b));
        expect(low === undefined).toBe(buckets.every((one) => one === 0));
        expect(low ?? 0).toBeLessThanOrEqual(high ?? 0);
        expect(low ?? 0).toBeGreaterThanOrEqual(0);
        expect(high ?? 0).toBeLessThanOrEqual(10);
      }),
    );
  });
});
