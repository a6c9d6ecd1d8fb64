import type { Family } from '../base/address.ts';
import type { Model } from '../model/model.ts';
import { vipAddresses } from '../model/vip-addresses.ts';
import type { ProbeSpan } from './probe-minute.ts';
import type { TimeRange } from './report-range.ts';

/** A site through a VIP at one of its addresses, and what is wanted of it. */
export interface PairTarget {
  readonly vip: string;
  readonly family: Family;
  readonly site: string;
  /** `slo` of the site in per cent; undefined: none. */
  readonly slo: number | undefined;
}

/**
 * How available a site was through a VIP in a range of time, as the probe saw it: of a VIP with IPv6 once for each family, since clients
 * that have only one of them are not helped by the other. The JSON of `GET /api/availability` and of
 * reports. Lengths are milliseconds, shares per cent.
 */
export interface Availability {
  readonly vip: string;
  readonly family: Family;
  readonly site: string;
  /** `slo` of the site; null: none. */
  readonly slo: number | null;
  /** Of the time that is known; null: nothing is known. */
  readonly availability: number | null;
  readonly knownMs: number;
  /** Time that has passed and of which nothing is known: nobody asked. It is neither up nor down. */
  readonly unknownMs: number;
  /** The known time, each minute by the share of its questions that failed. */
  readonly outageMs: number;
  /** The longest time without a success. */
  readonly longestGapMs: number;
  /** Median time of a success, over minutes; null: there was none. */
  readonly medianMs: number | null;
  /** The outage that `slo` allows in the whole range; null: there is no `slo`. */
  readonly budgetMs: number | null;
  /** What is left of it; negative: more was used. */
  readonly budgetLeftMs: number | null;
  readonly verdict: AvailabilityVerdict;
}

/** The answer of `GET /api/availability`. */
export interface AvailabilityAnswer {
  /** `2026-11`, in UTC. */
  readonly month: string;
  /** The month in which the probe saw anything first, and the one that is now: what may be asked for. */
  readonly first: string;
  readonly last: string;
  /** Up to when answers are counted. ISO 8601. */
  readonly until: string;
  readonly probe: 'runs' | 'off';
  /** Pairs that are never asked because there are too many. */
  readonly notAsked: number;
  readonly rows: readonly Availability[];
}

/** `met`: the budget is not used up, as far as is known. `unknown`: nothing is known. */
export type AvailabilityVerdict = 'met' | 'missed' | 'unknown' | 'no-target';

/** What is to be judged. `now`: milliseconds since 1970; what comes after it is not unknown but ahead. */
export interface AvailabilityQuestion {
  readonly targets: readonly PairTarget[];
  readonly spans: readonly ProbeSpan[];
  readonly range: TimeRange;
  readonly now: number;
}

/** Each site through each address of each VIP of a model, with its target. */
export function pairTargets(model: Model): readonly PairTarget[] {
  const addresses = Map.groupBy(vipAddresses(model), ({ vip }) => vip.name);
  return model.sites.flatMap(({ name, slo, vips }) =>
    vips.flatMap((vip) =>
      (addresses.get(vip) ?? []).map(({ address: { family } }) => ({ vip, family, site: name, slo })),
    ),
  );
}

/** The figures of each pair: those of the edge file in its order, then others of which the history knows. */
export function availabilityOf(question: AvailabilityQuestion): readonly Availability[] {
  const { targets, spans, range, now } = question;
  const byPair = Map.groupBy(spans, pairKey);
  const wanted = new Set(targets.map(pairKey));
  const gone = [...byPair.values()].flatMap(([first]): readonly PairTarget[] =>
    first === undefined || wanted.has(pairKey(first))
      ? []
      : [{ vip: first.vip, family: first.family, site: first.site, slo: undefined }],
  );
  return [...targets, ...gone].map((target) =>
    figuresOf(target, { spans: byPair.get(pairKey(target)) ?? [], range, now }),
  );
}

/** What makes a pair: names of VIPs have no blank. */
export function pairKey({ vip, family, site }: Pick<PairTarget, 'vip' | 'family' | 'site'>): string {
  return `${vip} ${family} ${site}`;
}

/** Known time and outage of some spans within a range. A span that reaches beyond counts by the part within. */
export function knownWithin(
  spans: readonly ProbeSpan[],
  { from, to }: TimeRange,
): { readonly knownMs: number; readonly outageMs: number } {
  let [knownMs, outageMs] = [0, 0];
  for (const span of spans) {
    const overlap = Math.min(to, span.from + span.spanMs) - Math.max(from, span.from);
    if (overlap <= 0 || span.asked === 0) continue;
    const known = span.coveredMs * (overlap / span.spanMs);
    knownMs += known;
    outageMs += known * (span.failed / span.asked);
  }
  return { knownMs, outageMs };
}

function figuresOf(
  { vip, family, site, slo }: PairTarget,
  { spans, range, now }: Omit<AvailabilityQuestion, 'targets'>,
): Availability {
  const within = spans.filter((span) => span.from < range.to && span.from + span.spanMs > range.from);
  const { knownMs, outageMs } = knownWithin(within, range);
  const passedMs = Math.max(0, Math.min(range.to, now) - range.from);
  const budgetMs = slo === undefined ? null : ((100 - slo) / 100) * (range.to - range.from);
  return {
    vip,
    family,
    site,
    slo: slo ?? null,
    availability: knownMs === 0 ? null : 100 * (1 - outageMs / knownMs),
    knownMs,
    unknownMs: Math.max(0, passedMs - knownMs),
    outageMs,
    longestGapMs: Math.max(0, ...within.map(({ longestGapMs }) => longestGapMs)),
    medianMs: weightedMedian(within),
    budgetMs,
    budgetLeftMs: budgetMs === null ? null : budgetMs - outageMs,
    verdict: verdictOf({ knownMs, outageMs, budgetMs }),
  };
}

function verdictOf(figures: Pick<Availability, 'knownMs' | 'outageMs' | 'budgetMs'>): AvailabilityVerdict {
  const { knownMs, outageMs, budgetMs } = figures;
  if (knownMs === 0) return 'unknown';
  if (budgetMs === null) return 'no-target';
  return outageMs > budgetMs ? 'missed' : 'met';
}

/** The median of the spans' medians, each counted by its successes. */
function weightedMedian(spans: readonly ProbeSpan[]): number | null {
  const medians = spans
    .flatMap(({ medianMs, asked, failed }) => (medianMs === undefined ? [] : [{ medianMs, weight: asked - failed }]))
    .toSorted((a, b) => a.medianMs - b.medianMs);
  let half = medians.reduce((sum, { weight }) => sum + weight, 0) / 2;
  const middle = medians.find(({ weight }) => (half -= weight) <= 0);
  return middle?.medianMs ?? null;
}
