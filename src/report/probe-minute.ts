import type { Family } from '../base/address.ts';
import { median } from '../base/median.ts';

/** A VIP, at one of its addresses, and a site that are asked for together, from the clients' side. */
export interface ProbePair {
  readonly vip: string;
  /** Of the address: a VIP with IPv6 makes two pairs, each with answers of its own. */
  readonly family: Family;
  readonly site: string;
  /** The host name that is asked for. */
  readonly name: string;
  readonly address: string;
}

/** What came of asking a pair once. */
export interface ProbeAnswer {
  /** When it was asked. Milliseconds since 1970. */
  readonly at: number;
  /** An HTTP status below 500 came in time. */
  readonly ok: boolean;
  /** Until the answer, or until it was given up. Milliseconds. */
  readonly ms: number;
}

/** What is kept of the answers of one pair in one stretch of time. Times and lengths are milliseconds. */
export interface ProbeSpan {
  readonly vip: string;
  readonly family: Family;
  readonly site: string;
  /** Since 1970. */
  readonly from: number;
  /** A minute; for those that were folded several, up to an hour. */
  readonly spanMs: number;
  readonly asked: number;
  readonly failed: number;
  /** For how much of the stretch it is known how it was: nobody asked in the rest. */
  readonly coveredMs: number;
  /** The longest time without a success that ended in the stretch or was open at its end; 0: nothing failed. */
  readonly longestGapMs: number;
  /** Of the successes; undefined: there was none. */
  readonly medianMs: number | undefined;
}

/** How the answers before ended, so that a gap over several minutes is one. Milliseconds since 1970. */
export interface ProbeStreak {
  readonly askedAt: number | undefined;
  /** Since when there is no success; undefined: the last one was a success. */
  readonly failingSince: number | undefined;
  readonly succeededAt: number | undefined;
}

/** Nothing was asked yet. */
export const noStreak: ProbeStreak = { askedAt: undefined, failingSince: undefined, succeededAt: undefined };

/** Length of the stretches that are written. Milliseconds. */
export const minuteMs = 60_000;
/** Questions that come a little late leave no hole: with nine tenths of them the whole minute is known. */
const wholeShare = 0.9;
/** After so many questions that were not asked, nothing is known of the time between. */
const missedUntilSilent = 5;

/** One minute of one pair. */
export interface ProbeMinute {
  readonly pair: Pick<ProbePair, 'vip' | 'family' | 'site'>;
  /** Milliseconds since 1970. */
  readonly from: number;
  /** In any order. At least one. */
  readonly answers: readonly ProbeAnswer[];
  /** From one question to the next. Milliseconds. */
  readonly everyMs: number;
  readonly before: ProbeStreak;
}

/** The figures of a minute, and how it ended. */
export function judgeMinute({ pair, from, answers, everyMs, before }: ProbeMinute): {
  readonly span: ProbeSpan;
  readonly streak: ProbeStreak;
} {
  const inOrder = answers.toSorted((a, b) => a.at - b.at);
  let streak = before;
  let longestGapMs = 0;
  for (const answer of inOrder) {
    const next = afterAnswer(streak, answer, everyMs);
    longestGapMs = Math.max(longestGapMs, next.gapMs);
    streak = next.streak;
  }
  const asked = inOrder.length;
  const known = asked * everyMs;
  const good = inOrder.filter(({ ok }) => ok).map(({ ms }) => ms);
  return {
    span: {
      vip: pair.vip,
      family: pair.family,
      site: pair.site,
      from,
      spanMs: minuteMs,
      asked,
      failed: asked - good.length,
      coveredMs: known >= wholeShare * minuteMs ? minuteMs : known,
      longestGapMs,
      medianMs: good.length === 0 ? undefined : median(good),
    },
    streak,
  };
}

/**
 * | answer  | before it       | gap                                              |
 * |---------|-----------------|--------------------------------------------------|
 * | success | a success       | none                                             |
 * | success | failures        | from the last success, else the first failure    |
 * | failure | a success       | from the end of that success                     |
 * | failure | silence of ours | from when it was asked: nobody knows what was     |
 *
 * That of a failure lasts until it is given up, but no longer than until the next question: that may be a success sooner.
 */
function afterAnswer(
  streak: ProbeStreak,
  { at, ok, ms }: ProbeAnswer,
  everyMs: number,
): { readonly gapMs: number; readonly streak: ProbeStreak } {
  const silent = streak.askedAt === undefined || at - streak.askedAt > missedUntilSilent * everyMs;
  const { failingSince, succeededAt } = silent ? noStreak : streak;
  const end = at + ms;
  if (ok) {
    return {
      gapMs: failingSince === undefined ? 0 : end - failingSince,
      streak: { askedAt: at, failingSince: undefined, succeededAt: end },
    };
  }
  const since = failingSince ?? Math.min(succeededAt ?? at, at);
  return {
    gapMs: at + Math.min(ms, everyMs) - since,
    streak: { askedAt: at, failingSince: since, succeededAt: undefined },
  };
}
