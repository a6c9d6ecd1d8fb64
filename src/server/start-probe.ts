import type { Model } from '../model/model.ts';
import { probeRounds } from '../report/probe-rounds.ts';
import type { ProbeHistory } from '../store/probe-history.ts';
import type { Board } from './board.ts';
import { openProbeBook, type ProbeBook } from './probe-book.ts';
import type { ProbeSource } from './probe-source.ts';

/** What asks from the clients' side, and where it is kept. */
export interface OutsideProbe {
  readonly source: ProbeSource;
  /** Throws a Fault. */
  readonly open: () => ProbeHistory;
}

/** Starts the outside probe of an edge; what keeps its answers from being written stands in the timeline. */
export function startProbe(
  { source, open }: OutsideProbe,
  { model, now, signal }: { readonly model: Model; readonly now: () => Date; readonly signal: AbortSignal },
  board: Board,
): ProbeBook & { readonly notAsked: number } {
  const rounds = probeRounds(model);
  const book = openProbeBook({
    rounds,
    source,
    open,
    now: () => now().getTime(),
    signal,
    onTrouble: (trouble) =>
      board.tell([
        {
          at: now().toISOString(),
          kind: 'controller',
          severity: trouble === undefined ? 'good' : 'warning',
          subject: 'probe',
          text:
            trouble === undefined ? 'what the probe sees is kept again' : `what the probe sees is not kept: ${trouble}`,
        },
      ]),
  });
  return { ...book, notAsked: rounds.notAsked };
}
