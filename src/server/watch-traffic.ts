import type { Collection, MetricsCollector } from './metrics-collector.ts';
import type { Board } from './board.ts';
import { pause } from '../hosts/pause.ts';
import { trafficRows } from '../report/traffic-rows.ts';

/** What is watched, and how. */
export interface TrafficWatch {
  readonly board: Board;
  readonly collector: MetricsCollector;
  /** Between two readings: what the rows are an average of. Milliseconds. */
  readonly everyMs: number;
  readonly signal: AbortSignal;
}

/** Keeps the traffic of each balancer on the board until the signal fires. Rejects with a bug. */
export async function watchTraffic({ board, collector, everyMs, signal }: TrafficWatch): Promise<void> {
  let before: Collection | undefined;
  while (!signal.aborted) {
    const reading = await collector.collect();
    if (signal.aborted) return;
    // The same one again, when somebody scraped in between: the next one covers both. Its time would not tell, as clocks are set back.
    if (reading !== before) {
      board.put({ traffic: trafficRows(before?.metrics ?? [], reading.metrics) });
      before = reading;
    }
    await pause(everyMs, signal);
  }
}
