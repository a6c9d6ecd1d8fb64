import { Fault } from '../base/fault.ts';
import { pause } from '../hosts/pause.ts';
import type { PendingRow } from '../report/edge-view.ts';
import type { Board } from './board.ts';

/** What a plan says of the edge. */
export type PlanLook = Pick<PendingRow, 'hosts' | 'counts' | 'text'> & {
  readonly state: 'nothing' | 'changes' | 'failed';
};

/** How pending changes are watched. */
export interface PlanWatch {
  readonly board: Board;
  /** Computes what would change; changes no host. Throws a Fault when it can't be told. */
  readonly plan: () => Promise<PlanLook>;
  /** Between the end of a plan and the next one. Milliseconds. */
  readonly everyMs: number;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

/** A watch that can be told to plan at once. */
export interface RunningPlanWatch {
  readonly hurry: () => void;
  /** Resolves when the signal has fired and nothing runs any more; rejects with a bug. */
  readonly ended: Promise<void>;
}

/** A plan of a hundred hosts is a book, and each browser gets it. Characters. */
const longestText = 16 * 1024;

/** Keeps on the board what `plan` would change, until the signal fires. It begins after the first look, which a page waits for. */
export function watchPlan(watch: PlanWatch): RunningPlanWatch {
  let hurry = new AbortController();
  const wake = (): AbortSignal => {
    hurry = new AbortController();
    return AbortSignal.any([hurry.signal, watch.signal]);
  };
  const ended = (async () => {
    await firstLook(watch);
    while (!watch.signal.aborted) {
      const woken = wake();
      await planOnce(watch);
      await pause(watch.everyMs, woken);
    }
  })();
  return { hurry: () => hurry.abort(), ended };
}

async function planOnce({ board, plan, now, signal }: PlanWatch): Promise<void> {
  const at = now().toISOString();
  const look = await tryPlan(plan);
  if (signal.aborted) return;
  const { text } = look;
  const cut = text.length > longestText ? `${text.slice(0, longestText)}\n... see evenkeel plan for the rest\n` : text;
  board.put({ pending: [{ key: 'pending', at, ...look, text: cut }] });
}

async function tryPlan(plan: PlanWatch['plan']): Promise<PlanLook> {
  try {
    return await plan();
  } catch (error) {
    // A file beside the edge file, or its disk.
    if (error instanceof Error && 'syscall' in error) return { state: 'failed', hosts: [], text: error.message };
    if (!(error instanceof Fault)) throw error;
    const { message, said, next } = error.details;
    const lines = [message, said, next === undefined ? undefined : `next: ${next}`];
    return { state: 'failed', hosts: [], text: lines.filter((line) => line !== undefined && line !== '').join('\n') };
  }
}

/** Resolves when the edge was looked at, or the signal fired. */
async function firstLook({ board, signal }: PlanWatch): Promise<void> {
  const looked = (): boolean => signal.aborted || board.view().look.some(({ state }) => state !== 'never');
  if (looked()) return;
  await new Promise<void>((settle) => {
    const unsubscribe = board.subscribe(() => {
      if (!looked()) return;
      unsubscribe();
      settle();
    });
    signal.addEventListener('abort', () => settle(), { once: true });
  });
}
