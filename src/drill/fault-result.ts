import type { FaultResult } from '../facts/drill-report.ts';
import type { Model } from '../model/model.ts';
import { promisedMs } from '../proof/outage.ts';
import type { Outage } from '../proof/promise.ts';
import type { DrillFault } from './drill-fault.ts';
import { drillTimeline } from './drill-timeline.ts';
import type { FaultWatch, Span } from './fault-watch.ts';
import { checkHolders, wishesOf } from './holder-check.ts';
import { jitterWithin, worstStall } from './jitter.ts';
import { allowedMs, judge } from './judge.ts';
import type { LoadStream } from './load-stream.ts';
import {
  byStream,
  countWithin,
  gapWithin,
  isRequest,
  measureConnections,
  measureStreams,
  sumFailures,
} from './measure-streams.ts';
import { type DrillPromise, holdersOf, streamPromise, wholePromise } from './stream-promise.ts';
import { wholeAfterFault, wholeAfterHeal } from './whole-moment.ts';

/** What a result is made from. */
export interface MeasuredFault {
  readonly model: Model;
  readonly fault: Pick<DrillFault, 'name' | 'title'>;
  readonly promise: DrillPromise;
  readonly streams: readonly LoadStream[];
  readonly watch: FaultWatch;
  /** What was still missing when the observation ended; sentences. */
  readonly missing: readonly string[];
  /** What broke by itself meanwhile; sentences. */
  readonly disturbances: readonly string[];
}

/** Measures and judges one fault that was caused. */
export function faultResult({ model, fault, promise, watch, ...seen }: MeasuredFault): FaultResult {
  const byId = byStream(watch.records.filter(isRequest));
  const measures = measureStreams(watch).map((measure) => {
    const requests = byId.get(measure.id) ?? [];
    const stream = streamOf(seen.streams, measure.id);
    const allowed = streamPromise(model, promise, stream);
    const late = countWithin(requests, lateSpan(watch, { allowed, baselineMs: measure.baselineGapMs }));
    return {
      ...measure,
      stream,
      promise: allowed,
      late,
      holders: holdersOf(model, promise, stream),
      ...gapOf(watch, measure.gap),
      gapAfterRepairMs: watch.heal === undefined ? 0 : gapWithin(requests, { from: watch.heal.to, to: watch.end }),
    };
  });
  const connections = measureConnections(watch);
  const jitter = jitterWithin(watch.records, { from: watch.begin, to: watch.end });
  const wholeAfterHealMs = wholeAfterHeal(watch) ?? null;
  const faultEnd = watch.heal?.from ?? watch.end;
  const wishes = promise.kind === 'proof' ? wishesOf(model, promise.outcome) : [];
  // A promise is about clients that open new connections; what becomes of kept ones is counted.
  const judged = measures.filter(({ stream }) => stream.kind === 'new-connection');
  const { verdict, reasons } = judge({
    streams: judged,
    corrupted: sum(connections.map((connection) => connection.corrupted)),
    lost: isPlanned(promise)
      ? {
          requests: sum(measures.map((measure) => measure.failed)),
          connections: sum(connections.map((connection) => connection.broken)),
        }
      : { requests: 0, connections: 0 },
    jitter,
    holders: wishes.map((wish) => checkHolders(watch.records, wish, faultEnd)),
    wholeAfterHealMs,
    missing: seen.missing,
    disturbances: seen.disturbances,
  });
  const at = (moment: number): number => moment - watch.fault.from;
  return {
    name: fault.name,
    title: fault.title,
    verdict,
    reasons,
    requests: sum(measures.map((measure) => measure.requests)),
    failed: sum(measures.map((measure) => measure.failed)),
    failedBy: sumFailures(measures.map((measure) => measure.failedBy)),
    longestGapMs: Math.max(0, ...judged.map((measure) => measure.longestGapMs)),
    brokenConnections: sum(connections.map((connection) => connection.broken + connection.corrupted)),
    ...promised(promise),
    streams: measures.map((measure) => ({
      id: measure.id,
      requests: measure.requests,
      failed: measure.failed,
      failedBy: measure.failedBy,
      longestGapMs: measure.longestGapMs,
      gapStart: at(measure.gap.from),
      baselineGapMs: measure.baselineGapMs,
      promiseMs: promisedMs(measure.promise),
    })),
    connections,
    wholeAfterFaultMs: wholeAfterFault(watch) ?? null,
    wholeAfterHealMs,
    jitter,
    moments: {
      begin: at(watch.begin),
      fault: { from: 0, to: at(watch.fault.to) },
      heal: watch.heal === undefined ? null : { from: at(watch.heal.from), to: at(watch.heal.to) },
      end: at(watch.end),
    },
    timeline: drillTimeline(watch),
  };
}

/** Whether all that was done was planned: then nothing may be lost, not only nobody without an answer. */
function isPlanned(promise: DrillPromise): boolean {
  return promise.kind === 'proof' && promise.outcome.faults.every(({ kind }) => kind === 'planned-move');
}

/** A fault that was not caused, and why. Its promise stands beside it. */
export function notRun(
  fault: Pick<DrillFault, 'name' | 'title'>,
  promise: DrillPromise,
  reasons: readonly string[],
): FaultResult {
  return {
    name: fault.name,
    title: fault.title,
    verdict: 'not-run',
    reasons,
    requests: 0,
    failed: 0,
    failedBy: {},
    longestGapMs: 0,
    brokenConnections: 0,
    ...promised(promise),
    streams: [],
    connections: [],
    wholeAfterFaultMs: null,
    wholeAfterHealMs: null,
    jitter: { p99Ms: 0, worstMs: 0 },
    moments: { begin: 0, fault: { from: 0, to: 0 }, heal: null, end: 0 },
    timeline: { servers: ['unknown'], requests: [], connections: [], holders: [], answers: [], backends: [] },
  };
}

function promised(promise: DrillPromise): Pick<FaultResult, 'promiseMs' | 'promiseTerms'> {
  const outage = wholePromise(promise);
  return { promiseMs: promisedMs(outage), promiseTerms: outage.kind === 'bounded' ? outage.terms : [] };
}

function streamOf(streams: readonly LoadStream[], id: string): LoadStream {
  const stream = streams.find((candidate) => candidate.id === id);
  if (stream === undefined) throw new Error(`the probe wrote of a stream "${id}" that it was not told of`);
  return stream;
}

/** From when the promised outage is over until healing begins; empty when it lasts longer than the fault was watched. */
function lateSpan(
  watch: FaultWatch,
  { allowed, baselineMs }: { readonly allowed: Outage; readonly baselineMs: number },
): Span {
  const promised = promisedMs(allowed);
  const to = watch.heal?.from ?? watch.end;
  return { from: promised === null ? to : watch.fault.to + allowedMs(promised) + baselineMs, to };
}

function gapOf(watch: FaultWatch, gap: Span): { readonly longestGapMs: number; readonly stallMs: number } {
  return { longestGapMs: gap.to - gap.from, stallMs: worstStall(watch.records, gap) };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
