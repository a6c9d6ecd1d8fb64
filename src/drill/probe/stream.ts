import type { ProbeRecord } from '../probe.ts';
import type { Dialler } from './dial.ts';

/** What a stream needs of the probe. */
export interface StreamTools {
  readonly dialler: Dialler;
  readonly record: (record: ProbeRecord) => void;
  /** When the first start is due, from now; so that streams of one rhythm do not all start in the same moment. */
  readonly offsetMs: number;
}

/** A running stream. */
export interface RunningStream {
  /** Starts nothing more. Resolves when what was under way has ended and is recorded; timeouts bound that. */
  stop(): Promise<void>;
}

/** Counts what is under way, so that a stop can wait for it. */
export class UnderWay {
  readonly #running = new Set<Promise<void>>();

  add(work: Promise<void>): void {
    this.#running.add(work);
    void work.then(() => this.#running.delete(work));
  }

  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }
}
