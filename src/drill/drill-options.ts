import type { Emit } from '../base/event.ts';
import type { Fault } from '../base/fault.ts';
import type { Result } from '../base/result.ts';
import type { DrillMachine, DrillReport, FaultResult, StreamDescription } from '../facts/drill-report.ts';
import type { Model } from '../model/model.ts';
import type { DrillFault } from './drill-fault.ts';
import type { DrillGround } from './drill-ground.ts';
import type { DrillPromise } from './stream-promise.ts';

/** What a fault may cost. */
export interface Allowance {
  /** When an outage has lasted so long, the fault is healed at once; undefined: it may last. Milliseconds. */
  readonly outageMs: number | undefined;
}

/** What `runDrill` needs. */
export interface DrillOptions {
  readonly model: Model;
  /** In the order in which they are caused; one may stand there several times. */
  readonly faults: readonly [DrillFault, ...DrillFault[]];
  readonly ground: DrillGround;
  readonly load: readonly StreamDescription[];
  readonly machine: DrillMachine;
  /** What each fault is held against. */
  readonly promiseOf: (fault: DrillFault) => DrillPromise;
  /** Asked right before a fault is caused, with the results so far; the failure says why it may not be, as a sentence. */
  readonly mayCause: (fault: DrillFault, results: readonly FaultResult[]) => Promise<Result<Allowance, string>>;
  readonly now: () => Date;
  readonly emit: Emit;
  /** Heals what is caused and ends the drill with the report so far. */
  readonly signal: AbortSignal;
}

/** How a drill ended. */
export interface DrillEnd {
  /** Every fault that was asked for; those it did not come to are `not-run`. */
  readonly report: DrillReport;
  /** What ended it early: healing failed, or the load could not run. */
  readonly failure: Fault | undefined;
}
