import type { AnswerRecord, ConnectionRecord, RequestRecord, StallRecord } from '../facts/drill-records.ts';

/** Where the load comes from: this computer, or a machine of a lab with its network and resolvers. */
export type ProbePlace =
  | { readonly kind: 'here' }
  | { readonly kind: 'lab'; readonly lab: string; readonly machine: string };

/** What a load probe writes down. */
export type ProbeRecord = RequestRecord | ConnectionRecord | AnswerRecord | StallRecord;

/** A running load probe. */
export interface Probe {
  /** Starts nothing more, waits for what is under way, and ends. All records have then been given to the listener. */
  stop(): Promise<void>;
  /** Rejects with a Fault `command-failed` when the probe ends before `stop`. Never resolves otherwise. */
  readonly failed: Promise<never>;
}
