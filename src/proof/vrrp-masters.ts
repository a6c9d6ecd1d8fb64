import type { RouterState, Situation } from './vrrp-situation.ts';

/** Ranks of routers: places in `Situation.routers`. */
export type Ranks = ReadonlySet<number>;

/** Who is MASTER before any fault: one, unless a setting keeps the routers from understanding each other. */
export function mastersOf(healthy: Situation): Ranks {
  return settle({ situation: healthy, standing: 'after' }, new Set());
}

/** Who is MASTER after faults. */
export interface Succession {
  /** When VRRP has reacted to what became silent, and no tracker has noticed anything yet. */
  readonly atFirst: Ranks;
  /** When everything has settled. */
  readonly settled: Ranks;
}

/**
 * Who is MASTER after faults. First VRRP reacts to what became silent, then to what the trackers say: with `nopreempt` the end
 * depends on who was MASTER before, and this order is the worse one.
 */
export function mastersAfter(situation: Situation, before: Ranks): Succession {
  const atFirst = settle({ situation, standing: 'before' }, before);
  const told = situation.routers.some(({ nginx }) => nginx !== 'answers');
  return { atFirst, settled: told ? settle({ situation, standing: 'after' }, atFirst) : atFirst };
}

interface Look {
  readonly situation: Situation;
  /** Which standing of the routers counts. */
  readonly standing: 'before' | 'after';
}

interface Candidate {
  readonly rank: number;
  readonly state: RouterState;
  readonly priority: number;
}

/**
 * RFC 9568 section 6.4, until nothing changes: a MASTER that hears a higher one becomes BACKUP; of the backups that defer to
 * nobody they hear, the one whose master-down timer ends first becomes MASTER.
 */
function settle({ situation, standing }: Look, start: Ranks): Ranks {
  const candidates = situation.routers
    .flatMap((state, rank): readonly Candidate[] => {
      const now = state[standing];
      const able = state.keepalived === 'runs' && state.linked && now.kind === 'able';
      return able ? [{ rank, state, priority: now.priority }] : [];
    })
    .toSorted((a, b) => b.priority - a.priority);
  const hears = (listener: Candidate, sender: Candidate): boolean =>
    listener !== sender && situation.hears(listener.state, sender.state);
  // Between equals the higher address wins, which is not known here: the first stands for it.
  const beats = (one: Candidate, other: Candidate): boolean =>
    one.priority > other.priority ||
    (one.priority === other.priority && candidates.indexOf(one) < candidates.indexOf(other));
  let masters = candidates.filter(({ rank }) => start.has(rank));
  // Each round settles at least one router for good, seen from the highest priority down.
  for (let round = 0; round <= candidates.length * candidates.length; round += 1) {
    const strong = masters.filter((master) => !masters.some((other) => beats(other, master) && hears(master, other)));
    const next = candidates.find(
      (candidate) =>
        !strong.includes(candidate) &&
        !strong.some((master) => hears(candidate, master) && defers(candidate, master.priority)),
    );
    masters = next === undefined ? strong : [...strong, next];
    if (next === undefined) break;
  }
  return new Set(masters.map(({ rank }) => rank));
}

/** Whether a BACKUP that hears an advert of this priority stays BACKUP (keepalived's vrrp_state_backup). */
function defers({ state, priority }: Candidate, heard: number): boolean {
  return state.router.preempt.kind === 'never' || heard >= priority;
}
