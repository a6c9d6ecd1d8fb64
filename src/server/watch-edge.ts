import { Fault } from '../base/fault.ts';
import { pause } from '../hosts/pause.ts';
import type { Host } from '../hosts/host.ts';
import type { Model } from '../model/model.ts';
import { type BalancerHolding, followHolders } from '../observe/follow-holders.ts';
import type { EdgeStatus } from '../report/edge-status.ts';
import { type HoldingSight, judgeHoldings, nextSight } from '../report/judge-holdings.ts';
import { viewOfFailedLook, viewOfStatus } from '../report/status-view.ts';
import type { Board } from './board.ts';

/** What is watched, and how. */
export interface EdgeWatch {
  readonly model: Model;
  readonly hosts: ReadonlyMap<string, Host>;
  readonly board: Board;
  /** Asks every host what is true now. Throws a Fault when nothing can be asked at all. */
  readonly look: () => Promise<EdgeStatus>;
  /** Milliseconds between the end of a look and the next one; asked each time. */
  readonly pauseMs: () => Promise<number>;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

/** A watch that can be told to look at once. */
export interface RunningWatch {
  /** Looks now, and not only when the time has come: something was just changed. */
  readonly hurry: () => void;
  /** Resolves when the signal has fired and nothing runs any more; rejects with a bug. */
  readonly ended: Promise<void>;
}

/**
 * Keeps the board up to date until the signal fires: who holds what within milliseconds, the rest with each look. A look that
 * fails leaves on the board what was seen last, and says that it is old.
 */
export function watchEdge(watch: EdgeWatch): RunningWatch {
  let hurry = new AbortController();
  const ended = Promise.all([
    followHolders({ ...watch, onHolding: holdingsOnBoard(watch) }),
    lookAgainAndAgain(watch, () => {
      hurry = new AbortController();
      return AbortSignal.any([hurry.signal, watch.signal]);
    }),
  ]).then(() => undefined);
  return { hurry: () => hurry.abort(), ended };
}

async function lookAgainAndAgain(watch: EdgeWatch, wake: () => AbortSignal): Promise<void> {
  const { board, look, now, signal, pauseMs } = watch;
  while (!signal.aborted) {
    const woken = wake();
    const began = now().getTime();
    try {
      const status = await look();
      if (!signal.aborted) board.put(viewOfStatus(board.view(), status, now().getTime() - began));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (!signal.aborted) board.put(viewOfFailedLook(board.view(), error.message));
    }
    await pause(await pauseMs(), woken);
  }
}

/** Puts what balancers hold on the board, once all of them have told or are silent. */
function holdingsOnBoard({ model, board, now, signal }: EdgeWatch): (holding: BalancerHolding) => void {
  const sights = new Map<string, HoldingSight>();
  let recheck: NodeJS.Timeout | undefined;

  const put = (): void => {
    clearTimeout(recheck);
    if (signal.aborted || !model.balancers.every(({ name }) => sights.has(name))) return;
    const before = new Map(board.view().holdings.map((row) => [row.key, row]));
    const at = now().toISOString();
    const { holdings, recheckInMs } = judgeHoldings(model, sights, performance.now());
    if (recheckInMs !== undefined) recheck = setTimeout(put, recheckInMs);
    board.put({
      holdings: holdings.map((row) => {
        const was = before.get(row.key);
        return { ...row, since: was?.holders.join(' ') === row.holders.join(' ') ? was.since : at };
      }),
    });
  };
  signal.addEventListener('abort', () => clearTimeout(recheck), { once: true });
  return ({ balancer, addresses }) => {
    sights.set(balancer, nextSight(sights.get(balancer), addresses, performance.now()));
    put();
  };
}
