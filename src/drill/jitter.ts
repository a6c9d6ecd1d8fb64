import type { DrillRecord, StallRecord } from '../facts/drill-records.ts';
import type { Jitter } from '../facts/drill-report.ts';
import type { Span } from './fault-watch.ts';

/** How late the probe was within a stretch. Nothing written down: it was never late. */
export function jitterWithin(records: readonly DrillRecord[], span: Span): Jitter {
  const late = stallsIn(records, span)
    .map((stall) => stall.lateMs)
    .sort((a, b) => a - b);
  return { p99Ms: late[Math.ceil(late.length * 0.99) - 1] ?? 0, worstMs: late.at(-1) ?? 0 };
}

/** The longest time in a row that the probe stood still within a stretch. */
export function worstStall(records: readonly DrillRecord[], span: Span): number {
  return Math.max(
    0,
    ...stallsIn(records, span).map(
      (stall) => Math.min(stall.at + stall.lateMs, span.to) - Math.max(stall.at, span.from),
    ),
  );
}

function stallsIn(records: readonly DrillRecord[], { from, to }: Span): readonly StallRecord[] {
  return records.filter(
    (record): record is StallRecord => record.kind === 'stall' && record.at < to && record.at + record.lateMs > from,
  );
}
