import type { StatusFacts } from '../facts/status-facts.ts';
import type { AskedWindow } from '../model/asked-window.ts';
import type { Model } from '../model/model.ts';
import type { EdgeStatus, StatusProblem } from '../report/edge-status.ts';
import { factsInTurns, nextWindow, nothingSeen, seenAfter, turnsOf } from '../report/seen-in-turns.ts';
import { judgeStatus } from '../report/status-judge.ts';

/** What a watch asks, and how. */
export interface TurnWorld {
  readonly model: Model;
  /** Asks every host what is true now, and for these sites and names. Throws a Fault when nothing can be asked at all. */
  readonly observe: (window: AskedWindow) => Promise<StatusFacts>;
  /** Milliseconds of a clock that never steps. */
  readonly clock: () => number;
}

/**
 * Looks at an edge again and again, one look at a time, so that in the end nothing is left out: where there is more than one look can
 * ask, it is asked in turns, and a status says of the rest what was seen when its turn came last. A look that fails takes no turn.
 */
export function lookInTurns({ model, observe, clock }: TurnWorld): () => Promise<EdgeStatus> {
  let seen = nothingSeen;
  let problems: readonly StatusProblem[] = [];
  return async () => {
    const window = nextWindow(model, seen, problems);
    const askedMs = clock();
    const facts = await observe(window);
    seen = seenAfter(seen, { window, askedMs, facts });
    const status = judgeStatus(model, factsInTurns(model, seen, facts));
    problems = status.problems;
    const turns = turnsOf(model, seen, { window, askedMs, notAsked: status.notAsked });
    return turns === undefined ? status : { ...status, turns };
  };
}
