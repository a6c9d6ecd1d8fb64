import type { DrillRecord } from '../facts/drill-records.ts';
import type { Moment } from './causer.ts';

/** Everything that was seen around one fault. Moments are milliseconds since the epoch. */
export interface FaultWatch {
  /** From here on everything had to succeed. */
  readonly begin: number;
  readonly fault: Moment;
  /** Undefined: it was not healed within the observation. */
  readonly heal: Moment | undefined;
  readonly end: number;
  /** In the order they were written. */
  readonly records: readonly DrillRecord[];
}

/** A stretch of time. */
export interface Span {
  readonly from: number;
  readonly to: number;
}
