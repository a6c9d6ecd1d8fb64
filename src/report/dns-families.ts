import type { HostMetrics } from '../facts/host-metrics.ts';
import { metrics } from './metric-catalogue.ts';
import { valuesOf, type MetricFamily, type Sample } from './metric.ts';

/** What each PowerDNS has counted, as metrics (https://doc.powerdns.com/authoritative/performance.html). */
export function dnsFamilies(hosts: readonly HostMetrics[]): readonly MetricFamily[] {
  const nameservers = hosts.filter(({ kind }) => kind === 'nameserver');

  /** One metric of several statistics; those that this PowerDNS does not have are left out. */
  const split = <Labels extends Readonly<Record<string, string>>>(
    parts: Readonly<Record<string, string>>,
    labels: (host: string, word: string) => Labels,
  ): readonly { readonly labels: Labels; readonly value: number }[] =>
    nameservers.flatMap(({ host, powerdns }) =>
      Object.entries(parts).flatMap(([word, statistic]) => {
        const value = powerdns?.get(statistic);
        return value === undefined ? [] : [{ labels: labels(host, word), value }];
      }),
    );

  const byTransport = (host: string, transport: string) => ({ host, transport });
  return [
    valuesOf(
      metrics.powerdnsUp,
      nameservers.map(({ host, powerdns }): Sample<'host'> => ({
        labels: { host },
        value: powerdns === undefined ? 0 : 1,
      })),
    ),
    valuesOf(metrics.dnsQueries, split({ udp: 'udp-queries', tcp: 'tcp-queries' }, byTransport)),
    valuesOf(metrics.dnsAnswers, split({ udp: 'udp-answers', tcp: 'tcp-answers' }, byTransport)),
    valuesOf(
      metrics.dnsFailures,
      split(
        { servfail: 'servfail-packets', timeout: 'timedout-packets', corrupt: 'corrupt-packets' },
        (host, reason) => ({
          host,
          reason,
        }),
      ),
    ),
    valuesOf(
      metrics.dnsCache,
      split({ hit: 'packetcache-hit', miss: 'packetcache-miss' }, (host, result) => ({ host, result })),
    ),
  ];
}
