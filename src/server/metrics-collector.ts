import type { HostMetrics } from '../facts/host-metrics.ts';

/** What the hosts said, and when. Times are seconds. */
export interface Collection {
  readonly at: number;
  readonly seconds: number;
  readonly metrics: readonly HostMetrics[];
}

/** Asks hosts what they have counted, for everybody who wants to know. */
export interface MetricsCollector {
  /** What the hosts said at most `freshMs` ago: they are asked when that is longer ago. The same collection is the same object. */
  collect(): Promise<Collection>;
}

interface CollectorWorld {
  /** Asks all hosts. Throws on bugs only. */
  readonly ask: () => Promise<readonly HostMetrics[]>;
  readonly freshMs: number;
  /** Milliseconds of a clock that never steps. */
  readonly clock: () => number;
  readonly now: () => Date;
}

/** One collection at a time, however many ask; and none while the last one is fresh. */
export function makeCollector({ ask, freshMs, clock, now }: CollectorWorld): MetricsCollector {
  let last: { readonly collection: Collection; readonly ended: number } | undefined;
  let running: Promise<Collection> | undefined;

  const begin = async (): Promise<Collection> => {
    const at = now().getTime() / 1000;
    const began = clock();
    const metrics = await ask();
    const ended = clock();
    const collection = { at, seconds: (ended - began) / 1000, metrics };
    last = { collection, ended };
    return collection;
  };

  return {
    async collect() {
      if (running !== undefined) return running;
      if (last !== undefined && clock() - last.ended < freshMs) return last.collection;
      running = begin();
      try {
        return await running;
      } finally {
        running = undefined;
      }
    },
  };
}
