import { counted } from '../base/counted.ts';
import type { Jitter, Verdict } from '../facts/drill-report.ts';
import { promisedMs } from '../proof/outage.ts';
import type { Outage } from '../proof/promise.ts';
import { milliseconds } from './drill-words.ts';
import type { HolderFinding } from './holder-check.ts';

/**
 * A promise that nobody notices is held against this: what takes less is noticed by nobody (R. B. Miller, Response time
 * in man-computer conversational transactions, 1968: 100 ms is felt as at once). Milliseconds.
 */
export const unnoticedMs = 100;

/** Of requests that begin when the promised outage is over, so many may still fail: single ones are a busy computer's. */
const strayShare = 0.05;
/**
 * Where two hold a VIP, each tells the neighbours every second that it is there, and what is open when they change over breaks:
 * 6 of 100 new connections were measured. The proof says so in a note.
 */
const splitShare = 0.2;
/** Fewer say nothing. */
const strayRequests = 3;

/**
 * What lasted until it was repaired must be served again so long after the repair. A choice, not a bound: failback waits 3 s,
 * NGINX leaves a backend alone for up to 10 s after it failed, and DNS checks and handshakes come on top. Milliseconds.
 */
export const repairedWithinMs = 15_000;

/** One stream of short requests, as far as it is judged. Durations are milliseconds. */
export interface StreamEvidence {
  readonly id: string;
  readonly promise: Outage;
  readonly longestGapMs: number;
  readonly baselineGapMs: number;
  /** The longest time in a row that the probe, or the lab's computer, stood still within the longest gap. */
  readonly stallMs: number;
  /** Requests that failed before the fault. */
  readonly failedBefore: number;
  /** Requests that began after the promised outage and before healing. */
  readonly late: { readonly requests: number; readonly failed: number };
  /** Of the VIPs that the stream may meet, as the proof has it: whether one is held by several that all serve. */
  readonly holders: 'one' | 'several';
  /** The longest time without a success after the repair was done. */
  readonly gapAfterRepairMs: number;
}

/** Everything that a verdict stands on. */
export interface Evidence {
  readonly streams: readonly StreamEvidence[];
  /** Long connections with wrong bytes. */
  readonly corrupted: number;
  /** What was lost in a planned operation, which may lose nothing; zeros for a fault. */
  readonly lost: { readonly requests: number; readonly connections: number };
  readonly jitter: Jitter;
  /** Holders at the end of the fault against those of the proof; empty when nothing is known of them. */
  readonly holders: readonly HolderFinding[];
  /** null: not within the time given. */
  readonly wholeAfterHealMs: number | null;
  /** What was still missing at the end; empty when it was whole. */
  readonly missing: readonly string[];
  /** Something else broke meanwhile: sentences. */
  readonly disturbances: readonly string[];
}

/** A verdict with its reasons. Reasons are sentences without a final stop. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly reasons: readonly string[];
}

/**
 * Judges one fault. The worst finding counts: broken before not-judged before kept. A stream's outage is its longest gap
 * less the gap it had before the fault; what is allowed is its promise, or `unnoticedMs` when nobody is to notice.
 *
 * | what was found                                                                | it is      |
 * |-------------------------------------------------------------------------------|------------|
 * | something broke that no fault of the drill names                              | not-judged, and only wrong bytes count beside it |
 * | a long connection with wrong bytes                                            | broken     |
 * | holders at the end of the fault are not those of the proof                    | broken     |
 * | a balancer that should hold a VIP did not say so                              | not-judged |
 * | a planned operation lost a request or a connection                            | broken     |
 * | not as before the fault within the time given after healing                   | broken     |
 * | no stream of load was measured                                                | not-judged |
 * | promised until repaired, and served again within `repairedWithinMs`           | kept: it may last |
 * | promised until repaired, and not served again within it                       | broken     |
 * | requests of the stream failed before the fault                                | not-judged |
 * | 1 in 100 moments the probe was later than what is allowed                     | not-judged |
 * | more than 1 in 20 requests fail when the promised outage is over; 1 in 5      |            |
 * | where several balancers hold the VIP and all serve                            | broken     |
 * | longest gap of a stream within what is allowed                                | kept       |
 * | outage within it, and the gap before at most as long as it                    | kept       |
 * | outage within it, and the gap before longer: it hides what is to be measured  | not-judged |
 * | beyond it, and probe or lab stood still in the gap for at least the excess    | not-judged |
 * | beyond it, and neither it nor what is allowed is longer than the gap before   | not-judged |
 * | beyond it otherwise                                                           | broken     |
 */
export function judge(evidence: Evidence): Judgement {
  const corrupt = evidence.corrupted > 0 ? [broken(`${evidence.corrupted} long connections got wrong bytes`)] : [];
  const findings = evidence.disturbances.length > 0 ? evidence.disturbances.map(unclear) : measured(evidence);
  // What decides is said first.
  const all = [...corrupt, ...findings].toSorted((a, b) => weight(b) - weight(a));
  return {
    verdict: worstVerdict(all.map((finding) => finding.verdict)),
    reasons: all.flatMap((finding) => finding.reasons),
  };
}

function weight({ verdict }: Judgement): number {
  return verdict === 'broken' ? 1 : 0;
}

function measured(evidence: Evidence): readonly Judgement[] {
  return [
    ...evidence.streams.map((stream) => judgeStream(stream, evidence.jitter)),
    ...(evidence.streams.length === 0 ? [unclear('no request was measured')] : []),
    ...judgeLost(evidence.lost),
    ...evidence.holders.flatMap(judgeHolders),
    ...(evidence.wholeAfterHealMs === null ? [judgeHealing(evidence.missing)] : []),
  ];
}

/** The worst of several verdicts: broken, not-judged, not-run, kept. Nothing at all was not run. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  const order: readonly Verdict[] = ['broken', 'not-judged', 'not-run', 'kept'];
  return order.find((verdict) => verdicts.includes(verdict)) ?? 'not-run';
}

function judgeStream(stream: StreamEvidence, jitter: Jitter): Judgement {
  const promised = promisedMs(stream.promise);
  if (promised === null) return judgeRepaired(stream);
  const allowed = allowedMs(promised);
  if (stream.failedBefore > 0) {
    return unclear(`"${stream.id}": ${stream.failedBefore} requests failed before the fault already`);
  }
  if (jitter.p99Ms > allowed) {
    return unclear(
      `"${stream.id}": the probe was late by ${milliseconds(jitter.p99Ms)}, which is more than the ${milliseconds(allowed)} to be measured`,
    );
  }
  const byGap = judgeGap(stream, promised);
  if (byGap.verdict === 'broken' || !failsLater(stream)) return byGap;
  return broken(
    `"${stream.id}": ${stream.late.failed} of ${stream.late.requests} requests failed that began after the ` +
      `${milliseconds(allowed)} of outage ${promised === 0 ? 'that nobody notices' : 'promised'}, and before healing`,
  );
}

function failsLater({ late, holders }: StreamEvidence): boolean {
  const share = holders === 'several' ? splitShare : strayShare;
  return late.failed >= strayRequests && late.failed > late.requests * share;
}

function judgeGap(stream: StreamEvidence, promised: number): Judgement {
  const allowed = allowedMs(promised);
  const outage = stream.longestGapMs - stream.baselineGapMs;
  if (stream.longestGapMs <= allowed || (outage <= allowed && stream.baselineGapMs <= allowed)) return kept;
  const said =
    `"${stream.id}": ${milliseconds(stream.longestGapMs)} without a success ` +
    `(${milliseconds(stream.baselineGapMs)} when all is well), ${promised === 0 ? 'none' : milliseconds(promised)} promised`;
  // Less the pauses, nearly nothing would be left of any outage.
  if (outage <= allowed) return unclear(`${said}; such pauses are too long to measure it with`);
  if (outage - stream.stallMs <= allowed) {
    return unclear(`${said}; this computer itself stood still for ${milliseconds(stream.stallMs)} of it`);
  }
  // What is shorter than the pauses between successes when all is well can't be told apart from one of them.
  if (outage <= stream.baselineGapMs && allowed <= stream.baselineGapMs) {
    return unclear(`${said}; so short a time can't be told apart from a pause when all is well`);
  }
  return broken(said);
}

/** How long a stream may be without a success. Milliseconds. */
export function allowedMs(promised: number): number {
  return promised === 0 ? unnoticedMs : promised;
}

function judgeRepaired({ id, gapAfterRepairMs }: StreamEvidence): Judgement {
  if (gapAfterRepairMs <= repairedWithinMs) return kept;
  return broken(
    `"${id}": ${milliseconds(gapAfterRepairMs)} without a success after the repair; it may take ${milliseconds(repairedWithinMs)}`,
  );
}

function judgeHolders(finding: HolderFinding): readonly Judgement[] {
  switch (finding.kind) {
    case 'as-wished':
      return [];
    case 'other':
      return [broken(`at the end of the fault ${finding.text}`)];
    case 'not-seen':
      return [unclear(`at the end of the fault ${finding.text}`)];
  }
}

function judgeLost({ requests, connections }: Evidence['lost']): readonly Judgement[] {
  if (requests + connections === 0) return [];
  const what = `${counted(requests, 'request')} failed and ${counted(connections, 'connection')} broke`;
  return [broken(`${what} in a planned operation, which loses nothing`)];
}

function judgeHealing(missing: readonly string[]): Judgement {
  const said = missing.length === 0 ? '' : `: ${missing.join('; ')}`;
  return broken(`not as before the fault after healing${said}`);
}

const kept: Judgement = { verdict: 'kept', reasons: [] };

function broken(reason: string): Judgement {
  return { verdict: 'broken', reasons: [reason] };
}

function unclear(reason: string): Judgement {
  return { verdict: 'not-judged', reasons: [reason] };
}
