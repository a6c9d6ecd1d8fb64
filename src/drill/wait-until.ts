/** Milliseconds since the epoch, with fractions: the clock of all records and moments. */
export function drillNow(): number {
  return performance.timeOrigin + performance.now();
}

/** Waits so many milliseconds, or until the signal fires. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const end = (): void => resolve(undefined);
  const timer = setTimeout(end, Math.max(0, ms));
  signal?.addEventListener('abort', end, { once: true });
  await promise;
  clearTimeout(timer);
  signal?.removeEventListener('abort', end);
}

/** Something that runs beside a measurement. */
export interface Watcher {
  /** Resolves when nothing more is written down. */
  stop(): Promise<void>;
}

/**
 * Does something again and again, one at a time, until stopped; each begins `everyMs` after the one before began, or at
 * once when that took longer. `onBug` gets what it throws: it should throw only on bugs.
 */
export function repeatedly(
  { everyMs, onBug }: { readonly everyMs: number; readonly onBug: (error: unknown) => void },
  look: () => Promise<void>,
): Watcher {
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const began = performance.now();
      await look();
      await pause(began + everyMs - performance.now(), stopping.signal);
    }
  };
  const done = run().catch(onBug);
  return {
    stop: async () => {
      stopping.abort();
      await done;
    },
  };
}
