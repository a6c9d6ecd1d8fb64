import type { DrillRecord, StallRecord } from '../facts/drill-records.ts';
import type { Jitter } from '../facts/drill-report.ts';
import type { Span } from './fault-watch.ts';
import { lateMs, tickMs } from './probe/stalls.ts';

/**
 * How late the probe was within a stretch, over all its ticks. Not every tick is written down, but all that were late by
 * more than `lateMs` can be told from those that are (`watchStalls`); of the others the latest stands for all.
 */
export function jitterWithin(records: readonly DrillRecord[], span: Span): Jitter {
  const stalls = stallsIn(records, span).filter((stall) => stall.of === 'probe');
  const late = stalls.flatMap(lateTicks).sort((a, b) => b - a);
  const others = Math.max(0, ...stalls.filter((stall) => stall.lateMs <= lateMs).map((stall) => stall.lateMs));
  const ticks = Math.max((span.to - span.from) / tickMs, late.length);
  return { p99Ms: late[Math.floor(ticks / 100)] ?? others, worstMs: late[0] ?? others };
}

/** The longest time in a row that the probe, or the computer that a lab shares with it, stood still within a stretch. */
export function worstStall(records: readonly DrillRecord[], span: Span): number {
  return Math.max(
    0,
    ...stallsIn(records, span).map(
      (stall) => Math.min(stall.at + stall.lateMs, span.to) - Math.max(stall.at, span.from),
    ),
  );
}

/** The ticks that one stall made late by more than `lateMs`: each is due one tick later, and all ran at its end. */
function lateTicks(stall: StallRecord): readonly number[] {
  const count = Math.max(0, Math.ceil((stall.lateMs - lateMs) / tickMs));
  return Array.from({ length: count }, (_, index) => stall.lateMs - index * tickMs);
}

function stallsIn(records: readonly DrillRecord[], { from, to }: Span): readonly StallRecord[] {
  return records.filter(
    (record): record is StallRecord => record.kind === 'stall' && record.at < to && record.at + record.lateMs > from,
  );
}
