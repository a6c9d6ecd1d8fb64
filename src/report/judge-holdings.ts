import type { Model } from '../model/model.ts';
import type { HoldingRow } from './edge-view.ts';
import { vipTexts } from '../model/vip-addresses.ts';

/** What is known of one balancer. */
export interface HoldingSight {
  /** It answered when it was asked last. */
  readonly answers: boolean;
  /** Address on its interface, when it answered last, -> since when, in milliseconds of any clock. */
  readonly since: ReadonlyMap<string, number>;
  /** Address it had before -> when it was seen without it first. */
  readonly lost: ReadonlyMap<string, number>;
}

/** For so long two holders are a move that is under way, or one whose end could not be told yet. Milliseconds. */
export const moveGraceMs = 1_500;
/** For so long a VIP that nobody has is on its way: balancers are not asked at the same moment. Milliseconds. */
export const goneGraceMs = 400;

/**
 * Who holds each VIP.
 *
 * | answering balancers that have it | silent ones that had it | said                                   |
 * |----------------------------------|-------------------------|----------------------------------------|
 * | one                              | -                       | it                                     |
 * | several, the last for less than  |                         | the last: a planned move makes before  |
 * | `moveGraceMs`                    | -                       | it breaks, and a dead one can't tell   |
 * | several, for longer              | -                       | all of them                            |
 * | none                             | some                    | they, for all that is known            |
 * | none, lost less than             |                         |                                        |
 * | `goneGraceMs` ago                | none                    | who lost it last                       |
 * | none                             | none                    | nobody                                 |
 *
 * `recheckInMs`: when two holders, or none, may have become a finding; undefined: nothing changes by itself.
 */
export function judgeHoldings(
  model: Model,
  sights: ReadonlyMap<string, HoldingSight>,
  now: number,
): { readonly holdings: readonly Omit<HoldingRow, 'since'>[]; readonly recheckInMs: number | undefined } {
  const silent = model.balancers.map(({ name }) => name).filter((name) => sights.get(name)?.answers !== true);
  const waits: number[] = [];
  const holdings = model.vips.map((vip) => {
    const addresses = vipTexts(vip);
    const having = model.balancers.flatMap(({ name }) => {
      const sight = sights.get(name);
      const since = addresses.flatMap((address) => sight?.since.get(address) ?? []);
      return sight === undefined || since.length === 0
        ? []
        : [{ name, answers: sight.answers, at: Math.max(...since) }];
    });
    const answering = having.filter(({ answers }) => answers);
    const last = Math.max(...answering.map(({ at }) => at));
    const moving = answering.length > 1 && now - last < moveGraceMs;
    if (moving) waits.push(moveGraceMs - (now - last));
    const losses = model.balancers.flatMap(({ name }) => {
      const times = addresses.flatMap((address) => sights.get(name)?.lost.get(address) ?? []);
      const lostAt = Math.max(...times);
      return times.length === 0 || now - lostAt >= goneGraceMs ? [] : [{ name, lostAt }];
    });
    const [lastLoss] = having.length > 0 ? [] : losses.toSorted((a, b) => b.lostAt - a.lostAt);
    if (lastLoss !== undefined) waits.push(goneGraceMs - (now - lastLoss.lostAt));
    const known = answering.length > 0 ? answering : having;
    const holders = moving ? answering.filter(({ at }) => at === last) : lastLoss === undefined ? known : [lastLoss];
    return {
      key: vip.name,
      addresses,
      preferred: vip.preferred,
      holders: holders.map(({ name }) => name),
      silent,
    };
  });
  return { holdings, recheckInMs: waits.length === 0 ? undefined : Math.min(...waits) };
}

/** A sight after a balancer answered, or did not (undefined): what it has keeps since when it has it, what it had when it lost it. */
export function nextSight(
  before: HoldingSight | undefined,
  addresses: ReadonlySet<string> | undefined,
  now: number,
): HoldingSight {
  const since = before?.since ?? new Map<string, number>();
  const lost = before?.lost ?? new Map<string, number>();
  if (addresses === undefined) return { answers: false, since, lost };
  const gone = [...since.keys()].filter((address) => !addresses.has(address));
  return {
    answers: true,
    since: new Map([...addresses].map((address) => [address, since.get(address) ?? now])),
    lost: new Map([...lost, ...gone.map((address) => [address, now] as const)]),
  };
}
