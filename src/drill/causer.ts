import type { Result } from '../base/result.ts';
import type { DrillFault } from './drill-fault.ts';

/** It happened between the two; milliseconds since the epoch, by this computer's clock. */
export interface Moment {
  readonly from: number;
  readonly to: number;
}

/** Causes faults and heals them, in the lab or on real hosts. What is caused is written down first (`journal.ts`). */
export interface Causer {
  readonly place: 'lab' | 'real';
  /** Whether the fault can be caused here; the failure says why not, as a sentence. Changes nothing. */
  canCause(fault: DrillFault): Promise<Result<undefined, string>>;
  /** Throws a Fault; what was begun is then still in the journal. */
  cause(fault: DrillFault): Promise<Moment>;
  /** Heals the fault and takes it off the journal. Throws a Fault when healing fails; the journal keeps it. */
  heal(fault: DrillFault): Promise<Moment>;
}
