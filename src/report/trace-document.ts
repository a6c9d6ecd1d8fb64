import type { TraceFacts } from '../facts/trace-facts.ts';

/** The seven steps of one request (R11): the document of `evenkeel trace --json`. */
export interface Trace {
  readonly version: 1;
  readonly url: string;
  readonly from: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** No step is broken. */
  readonly ok: boolean;
  /** Milliseconds from the start of the request to its last byte. */
  readonly totalMs: number;
  /** Always seven, in order. */
  readonly steps: readonly TraceStep[];
  /** What was observed, unexplained. */
  readonly facts: TraceFacts;
}

/**
 * One step. `unknown`: it happened, and nobody told how. `not-used`: this request has no such step. After a broken
 * step all others are `not-reached`.
 */
export interface TraceStep {
  readonly number: 1 | 2 | 3 | 4 | 5 | 6 | 7;
  readonly title: string;
  readonly state: 'done' | 'broken' | 'unknown' | 'not-used' | 'not-reached';
  /** What happened, or the cause, in one sentence without a final stop. */
  readonly summary: string;
  /** Reasons and measurements, one to a line. */
  readonly details: readonly string[];
  /** The next thing to do; only on a broken step. */
  readonly next?: string;
  /** Milliseconds this step took, where it was measured. */
  readonly ms?: number;
}

/** What an explanation of a step says of it. */
export type StepStory = Omit<TraceStep, 'number' | 'title'>;

/** The titles of the seven steps. */
export const stepTitles = [
  'DNS query',
  'virtual address',
  'balancer, TLS',
  'choice of server',
  'HTTPS to HTTP',
  'response',
  're-encryption',
] as const;
