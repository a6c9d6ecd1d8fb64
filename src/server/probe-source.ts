import type { ProbeAnswer } from '../report/probe-minute.ts';
import type { ProbeRounds } from '../report/probe-rounds.ts';

/** A question is given up after this long, as a client would. Milliseconds. */
export const probeTimeoutMs = 2_000;

/** What asks, and whom it tells. */
export interface ProbeQuestion {
  readonly rounds: ProbeRounds;
  /** Called with the index of the pair. */
  readonly onAnswer: (index: number, answer: ProbeAnswer) => void;
  readonly signal: AbortSignal;
}

/** Asks the pairs from the clients' side until the signal fires, then resolves. Whatever happens to it is silence, not an outage. */
export type ProbeSource = (question: ProbeQuestion) => Promise<void>;

/** Whether a client would be content: any answer but an error of the server (RFC 9110, 15.6). */
export function isSuccess(status: number): boolean {
  return status >= 100 && status < 500;
}
