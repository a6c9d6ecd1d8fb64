import type { LabService } from '../lab/lab-fault.ts';
import type { ModelFault } from '../proof/fault.ts';

/** One thing done to cause a fault or to heal it. All of it is data, so that a person can write faults in a file. */
export type DrillStep =
  /** A signal to all processes of a daemon, or starting and stopping its unit. */
  | {
      readonly kind: 'service';
      readonly host: string;
      readonly service: LabService;
      readonly does: 'kill' | 'hang' | 'resume' | 'stop' | 'start';
    }
  /** Power and cables: only a lab can. */
  | {
      readonly kind: 'machine';
      readonly host: string;
      readonly does: 'power-off' | 'power-on' | 'link-down' | 'link-up';
    }
  /** Frames from one host to another are lost: in a lab's bridge, or by nftables on the receiving host. */
  | {
      readonly kind: 'partition';
      readonly from: string;
      readonly to: string;
      readonly direction: 'one-way' | 'two-way';
      readonly does: 'cut' | 'join';
    }
  /** The router of a network: only a lab can. */
  | { readonly kind: 'gateway'; readonly network: string; readonly does: 'down' | 'up' }
  /** Any command, as root. A non-zero exit is a failure of the step. */
  | { readonly kind: 'command'; readonly host: string; readonly argv: readonly [string, ...string[]] };

/** A fault that a drill causes, measures and heals. */
export interface DrillFault {
  /** Unique; `faultsName` for those of the model. */
  readonly name: string;
  /** One line for people. */
  readonly title: string;
  readonly cause: readonly [DrillStep, ...DrillStep[]];
  /** In order. After it the edge is as before; healing what is healed already does no harm. */
  readonly heal: readonly [DrillStep, ...DrillStep[]];
  readonly expect: Expectation;
  /** It is watched for at least so long: what it brings about takes its time. Milliseconds. */
  readonly lastsMs?: number;
}

/** What the measurement is held against. */
export type Expectation =
  /** The promise that the proof computes for these faults. */
  | { readonly kind: 'proof'; readonly faults: readonly [ModelFault, ...ModelFault[]] }
  /** What a person says: the longest time without a success; null: until it is repaired. Milliseconds. */
  | { readonly kind: 'given'; readonly longestGapMs: number | null };
