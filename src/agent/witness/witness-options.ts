import type { AgentConfig } from '../../model/agent-config.ts';

/** What both ends of the witness need. */
export interface WitnessOptions {
  readonly config: AgentConfig;
  /** The edge's key (`readWitnessKey`). */
  readonly key: Uint8Array;
  /**
   * The wall clock in milliseconds when this part of the agent began; a new one each time it is begun again. The sequence begins anew too, and
   * with the same boot the others would take the messages for replays.
   */
  readonly boot: number;
  /** Milliseconds of a clock that never steps. */
  readonly now: () => number;
  /** One short line for the journal. */
  readonly log: (line: string) => void;
  /** UDP port of everybody; `witnessPort` but in tests. */
  readonly port: number;
}
