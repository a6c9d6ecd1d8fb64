import type { DrillRecord } from '../facts/drill-records.ts';
import type { Causer } from './causer.ts';
import type { DrillFault } from './drill-fault.ts';
import type { LoadOrder } from './load-stream.ts';
import type { Probe } from './probe.ts';
import type { Watcher } from './wait-until.ts';

/** Where drills are held: a running lab or the real hosts, with everything that acts there. */
export interface DrillGround {
  readonly causer: Causer;
  readonly order: LoadOrder;
  /** Starts the load. Throws what `openProbe` throws. */
  openProbe(onRecord: (record: DrillRecord) => void): Promise<Probe>;
  /** Starts to look at holders, neighbours and backends. `onBug` gets what no world explains. */
  watch(onRecord: (record: DrillRecord) => void, onBug: (error: unknown) => void): Promise<Watcher>;
  /** Machines that are off although no step of the fault turned them off. */
  strays(fault: DrillFault): Promise<readonly string[]>;
  /** Turns such machines on again, as far as that can be done. */
  revive(machines: readonly string[]): Promise<void>;
}
