import type { Topology } from '../report/edge-view.ts';
import { edgeMetrics } from '../report/edge-metrics.ts';
import { printPrometheus } from '../report/prometheus-text.ts';
import type { Board } from './board.ts';
import type { MetricsCollector } from './metrics-collector.ts';

/** What a scrape is answered from. */
export interface MetricsWorld {
  readonly board: Board;
  readonly topology: Topology;
  readonly collector: MetricsCollector;
  /** Of evenkeel. */
  readonly version: string;
}

/** Answers scrapes: the text of `/metrics` at this moment. Events are counted from the call on. */
export function makeMetricsText({ board, topology, collector, version }: MetricsWorld): () => Promise<string> {
  const events = new Map<string, { readonly kind: string; readonly severity: string; readonly count: number }>();
  board.subscribe((news) => {
    for (const { kind, severity } of news.events) {
      const key = `${kind} ${severity}`;
      events.set(key, { kind, severity, count: (events.get(key)?.count ?? 0) + 1 });
    }
  });
  return async () => {
    const hosts = await collector.collect();
    const { user, system } = process.cpuUsage();
    return printPrometheus(
      edgeMetrics({
        version,
        topology,
        view: board.view(),
        events: [...events.values()],
        hosts,
        process: {
          cpuSeconds: (user + system) / 1e6,
          residentBytes: process.memoryUsage.rss(),
          startedAt: Date.now() / 1000 - process.uptime(),
        },
      }),
    );
  };
}
