import type { ConnectionRecord, DrillRecord, FailureKind, RequestRecord } from '../facts/drill-records.ts';
import type { ConnectionResult } from '../facts/drill-report.ts';
import type { FaultWatch, Span } from './fault-watch.ts';
import { longestGap, quietGap, successEnds } from './gaps.ts';

/** Requests by how they failed; kinds that did not happen are left out. */
export type FailureCounts = Readonly<Partial<Record<FailureKind, number>>>;

/** What was measured of one stream of short requests. */
export interface StreamMeasure {
  readonly id: string;
  /** Requests that ended after the fault; one that was under way is its victim too. */
  readonly requests: number;
  readonly failed: number;
  readonly failedBy: FailureCounts;
  /** The longest time without a success that reaches beyond the fault. */
  readonly gap: Span;
  /** The same before the fault, in milliseconds. */
  readonly baselineGapMs: number;
  /** Requests that failed before the fault. */
  readonly failedBefore: number;
}

/** Measures each stream of short requests, in the order they first wrote something. */
export function measureStreams(watch: FaultWatch): readonly StreamMeasure[] {
  return [...byStream(watch.records.filter(isRequest))].map(([id, all]) => {
    const ends = successEnds(all);
    const fault = watch.fault.from;
    const after = all.filter((request) => request.end > fault && request.start <= watch.end);
    const failed = after.filter((request) => request.failure !== undefined);
    const quiet = quietGap(ends, { from: watch.begin, to: fault });
    return {
      id,
      requests: after.length,
      failed: failed.length,
      failedBy: countFailures(failed),
      gap: longestGap(ends, { from: fault, to: watch.end }),
      baselineGapMs: quiet.to - quiet.from,
      failedBefore: all.filter(
        (request) => request.failure !== undefined && request.end <= fault && request.start >= watch.begin,
      ).length,
    };
  });
}

/** How many of these requests began within a span, and how many of those failed. */
export function countWithin(
  requests: readonly RequestRecord[],
  { from, to }: Span,
): { readonly requests: number; readonly failed: number } {
  const all = requests.filter(({ start }) => start >= from && start < to);
  return { requests: all.length, failed: all.filter(({ failure }) => failure !== undefined).length };
}

/** The longest time within a span, from its beginning on, in which none of a stream's requests succeeded. Milliseconds. */
export function gapWithin(requests: readonly RequestRecord[], span: Span): number {
  const gap = longestGap([span.from, ...successEnds(requests).filter((end) => end > span.from)], span);
  return gap.to - gap.from;
}

/** The longest of these times of any stream of short requests. Milliseconds. */
export function outageWithin(records: readonly DrillRecord[], span: Span): number {
  return Math.max(0, ...[...byStream(records.filter(isRequest)).values()].map((all) => gapWithin(all, span)));
}

/** Counts the long connections of each stream that were open after the fault, in the order they first wrote something. */
export function measureConnections(watch: FaultWatch): readonly ConnectionResult[] {
  return [...byStream(watch.records.filter(isConnection))].map(([id, all]) => {
    const after = all.filter((connection) => connection.end > watch.fault.from && connection.start <= watch.end);
    const count = (result: ConnectionRecord['result']): number =>
      after.filter((connection) => connection.result === result).length;
    return { id, opened: after.length, broken: count('broken'), corrupted: count('corrupt') };
  });
}

/** How many requests failed in which way. */
export function countFailures(requests: readonly RequestRecord[]): FailureCounts {
  const counts: Partial<Record<FailureKind, number>> = {};
  for (const { failure } of requests) {
    if (failure !== undefined) counts[failure] = (counts[failure] ?? 0) + 1;
  }
  return counts;
}

/** The sum of several counts. */
export function sumFailures(all: readonly FailureCounts[]): FailureCounts {
  const sum: Record<string, number> = {};
  for (const [kind, count] of all.flatMap((counts) => Object.entries(counts))) sum[kind] = (sum[kind] ?? 0) + count;
  return sum;
}

/** Whether a record is a short request. */
export function isRequest(record: DrillRecord): record is RequestRecord {
  return record.kind === 'request';
}

/** Whether a record is a long connection. */
export function isConnection(record: DrillRecord): record is ConnectionRecord {
  return record.kind === 'connection';
}

/** Records by their stream, in the order of the first of each. */
export function byStream<T extends { readonly stream: string }>(records: readonly T[]): ReadonlyMap<string, T[]> {
  return Map.groupBy(records, (record) => record.stream);
}
