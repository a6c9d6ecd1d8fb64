import type { HeardClaims } from './claims-book.ts';
import { isFresh, isSilent } from './witness-state.ts';
import type { WitnessInput, WitnessMemory } from './witness-state.ts';

/** Another balancer that says it holds a VIP. */
export interface Rival {
  readonly name: string;
  /** Whether the VIP belongs there rather than here: a higher priority, or the same and the earlier name. */
  readonly rank: 'higher' | 'lower';
  /** `heard` by this balancer itself, or `told` by a majority of the witnesses that answer. */
  readonly from: 'heard' | 'told';
}

/**
 * Who else claims a VIP, those with a higher rank first. Claims from before `newerThan` do not count: who has just taken over from a
 * dead holder must not yield to its last words. Rank compares the priorities that both say themselves, so that two balancers with files
 * of different age never both think they are lower.
 */
export function rivalsOf(
  input: WitnessInput,
  memory: WitnessMemory,
  { vip, newerThan }: { readonly vip: string; readonly newerThan: number },
): readonly Rival[] {
  const answering = [...input.witnesses.values()].filter((one) => one !== undefined && isFresh(one.at, input.now));
  const claimOf = (heard: HeardClaims | undefined): number | undefined =>
    heard !== undefined && isFresh(heard.at, input.now) && heard.at >= newerThan
      ? heard.claims.find((claim) => claim.vip === vip && claim.isMaster)?.priority
      : undefined;
  const rivals = [...input.peers].flatMap(([name, heard]): readonly Rival[] => {
    if (!isSilent(heard?.at, input, memory)) return ranked(input, { vip, name, from: 'heard' }, claimOf(heard));
    const told = answering.map((one) => claimOf(one?.reports.get(name))).filter((one) => one !== undefined);
    return told.length * 2 > answering.length ? ranked(input, { vip, name, from: 'told' }, told[0]) : [];
  });
  return rivals.toSorted((a, b) => (a.rank === b.rank ? 0 : a.rank === 'higher' ? -1 : 1));
}

function ranked(
  input: WitnessInput,
  { vip, name, from }: Pick<Rival, 'name' | 'from'> & { readonly vip: string },
  priority: number | undefined,
): readonly Rival[] {
  if (priority === undefined) return [];
  const own = input.priorities.get(vip) ?? 0;
  const isHigher = priority > own || (priority === own && name < input.self);
  return [{ name, from, rank: isHigher ? 'higher' : 'lower' }];
}
