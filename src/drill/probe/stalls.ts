import type { StallRecord } from '../../facts/drill-records.ts';

/** How often the probe looks whether it is late. */
export const tickMs = 5;
/** A tick that is later than this is written down at once. */
export const lateMs = 10;
const summaryMs = 1_000;

/**
 * Writes down how late this process is. A tick is due every 5 ms. Each that is more than 10 ms late has a record; and
 * each second without one has a record of its latest tick. So the worst is exact; the share of ticks later than 10 ms is
 * exact (a stall of n ms makes n / 5 ticks late, of which only the first is written); and the 99th percentile over the
 * seconds' records is at or above that over all ticks.
 */
export function watchStalls(of: StallRecord['of'], record: (stall: StallRecord) => void): () => void {
  let due = performance.now() + tickMs;
  let second = due + summaryMs;
  let worst: StallRecord | undefined;
  let written = false;
  const tick = (): void => {
    const at = performance.now();
    const stall: StallRecord = { kind: 'stall', of, at: performance.timeOrigin + due, lateMs: Math.max(0, at - due) };
    if (stall.lateMs > lateMs) {
      record(stall);
      written = true;
    } else if (worst === undefined || stall.lateMs > worst.lateMs) worst = stall;
    if (at >= second) {
      if (!written && worst !== undefined) record(worst);
      second = at + summaryMs;
      worst = undefined;
      written = false;
    }
    // What was missed during a stall is part of it.
    due = Math.max(due + tickMs, at);
    timer = setTimeout(tick, Math.max(0, due - at));
  };
  let timer = setTimeout(tick, tickMs);
  return () => clearTimeout(timer);
}
