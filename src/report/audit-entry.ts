/** An operation that a person asked for, as the audit log keeps it. Times are ISO 8601. */
export interface AuditEntry {
  readonly id: number;
  readonly at: string;
  readonly operator: string;
  /** `Move vip1 to lb2`. */
  readonly title: string;
  readonly reason: string;
  /** `partial`: done, but for something that is left to do. `unknown`: the controller ended while it ran. */
  readonly state: 'running' | 'done' | 'partial' | 'failed' | 'unknown';
  /** How it ended, in words; empty while it runs. Of `partial` the first line says what is left. */
  readonly note: string;
  /** When it ended. */
  readonly endedAt: string | undefined;
}

/** How an operation ended, and when (ISO 8601). */
export type OperationEnd = Pick<AuditEntry, 'state' | 'note'> & { readonly at: string };
