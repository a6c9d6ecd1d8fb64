import type { FailureKind } from './drill-records.ts';

/**
 * What a drill measured, as `--json` prints it, the history keeps it and the HTML report shows it. All of it is JSON.
 * Durations are milliseconds; moments are milliseconds since the fault was about to be caused (negative: before).
 */
export interface DrillReport {
  readonly version: 1;
  readonly edge: string;
  readonly place: 'lab' | 'real';
  readonly profile: 'evenkeel' | 'reference';
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly machine: DrillMachine;
  readonly load: readonly StreamDescription[];
  readonly faults: readonly FaultResult[];
  /** `kept` only when every fault that was asked for ran and kept its promise. */
  readonly verdict: Verdict;
}

/** Where it was measured. */
export interface DrillMachine {
  readonly cpus: number;
  readonly cpu: string;
  readonly memoryMib: number;
  readonly kernel: string;
  readonly node: string;
  readonly evenkeel: string;
  /** `keepalived 2.3.3`, `nginx 1.26.3`, ... as the hosts say. */
  readonly daemons: readonly string[];
}

/** One stream of load, in words: `new TLS connections to vip1, 50 a second`. */
export interface StreamDescription {
  readonly id: string;
  readonly title: string;
}

/**
 * kept: within the promise. broken: beyond it, or not whole again. not-judged: the measurement can't carry a judgement.
 * not-run: the fault could not be caused here; never counted as passed.
 */
export type Verdict = 'kept' | 'broken' | 'not-judged' | 'not-run';

/** One fault that was caused, or could not be. */
export interface FaultResult {
  readonly name: string;
  readonly title: string;
  readonly verdict: Verdict;
  /** Why it is not `kept`; sentences. */
  readonly reasons: readonly string[];
  /** Short requests of all streams, from the fault to the end. */
  readonly requests: number;
  readonly failed: number;
  readonly failedBy: Readonly<Partial<Record<FailureKind, number>>>;
  /** The worst of the streams of new connections: a client with a kept one that broke asks again at its next turn. */
  readonly longestGapMs: number;
  /** Long connections that broke or were corrupted. */
  readonly brokenConnections: number;
  /** null: lasts until repaired. */
  readonly promiseMs: number | null;
  /** The arithmetic of the promise. */
  readonly promiseTerms: readonly { readonly what: string; readonly ms: number }[];
  readonly streams: readonly StreamResult[];
  readonly connections: readonly ConnectionResult[];
  /** From the fault until everything succeeded again without repair; null: not before it was repaired. */
  readonly wholeAfterFaultMs: number | null;
  /** From the repair until the edge was as before the fault; null: never within the time given. */
  readonly wholeAfterHealMs: number | null;
  readonly jitter: Jitter;
  readonly moments: DrillMoments;
  readonly timeline: DrillTimeline;
}

/** One stream of short requests. */
export interface StreamResult {
  readonly id: string;
  readonly requests: number;
  readonly failed: number;
  readonly failedBy: Readonly<Partial<Record<FailureKind, number>>>;
  /** Longest time without a success between the fault and the end. */
  readonly longestGapMs: number;
  /** When it began. */
  readonly gapStart: number;
  /** The same before the fault: the resolution of this measurement. */
  readonly baselineGapMs: number;
  readonly promiseMs: number | null;
}

/** One stream of long connections. */
export interface ConnectionResult {
  readonly id: string;
  readonly opened: number;
  readonly broken: number;
  readonly corrupted: number;
}

/** How late the probe itself was. */
export interface Jitter {
  readonly p99Ms: number;
  readonly worstMs: number;
}

/** `fault` is 0 at its first effect's earliest moment. null: never came to it. */
export interface DrillMoments {
  readonly begin: number;
  readonly fault: { readonly from: number; readonly to: number };
  readonly heal: { readonly from: number; readonly to: number } | null;
  readonly end: number;
}

/** What was seen, for the picture. Only changes are kept. */
export interface DrillTimeline {
  /** Names that the numbers of requests stand for; 0 is unknown. */
  readonly servers: readonly string[];
  readonly requests: readonly {
    readonly stream: string;
    /** Start, duration, 1 for success or 0, index into `servers`. */
    readonly points: readonly (readonly [start: number, duration: number, ok: 0 | 1, server: number])[];
  }[];
  readonly connections: readonly {
    readonly stream: string;
    readonly from: number;
    readonly to: number;
    readonly result: 'whole' | 'broken' | 'corrupt';
  }[];
  readonly holders: readonly {
    readonly vip: string;
    readonly seen: 'hosts' | 'neighbours';
    readonly changes: readonly { readonly at: number; readonly holders: readonly string[] }[];
  }[];
  readonly answers: readonly {
    readonly nameserver: string;
    readonly name: string;
    readonly changes: readonly { readonly at: number; readonly addresses: readonly string[] }[];
  }[];
  readonly backends: readonly {
    readonly balancer: string;
    readonly backend: string;
    readonly changes: readonly { readonly at: number; readonly up: boolean }[];
  }[];
}
