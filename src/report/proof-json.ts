import type { FaultOutcome, Proof } from '../proof/promise.ts';
import { proofInWords } from './proof-words.ts';
import type { ProofDetail } from './print-proof.ts';

/** A proof as `check --json` prints it. All of it is JSON; durations are milliseconds. */
export interface ProofDocument {
  /** The same sentence as the text has. */
  readonly summary: string;
  readonly refusals: Proof['refusals'];
  readonly singles: readonly FaultOutcome[];
  readonly doubles: readonly (FaultOutcome | DoubleInShort)[];
  readonly acceptedRisks: readonly string[];
}

/** A double fault without what becomes of each VIP. */
export type DoubleInShort = Pick<FaultOutcome, 'name' | 'outage' | 'served'>;

/** The proof as JSON; only `full` says of every double fault what becomes of each VIP, pool and nameserver. */
export function proofJson(proof: Proof, detail: ProofDetail): ProofDocument {
  const { refusals, singles, doubles, acceptedRisks } = proof;
  return {
    summary: proofInWords(proof),
    refusals,
    singles,
    doubles: detail === 'full' ? doubles : doubles.map(({ name, outage, served }) => ({ name, outage, served })),
    acceptedRisks,
  };
}
