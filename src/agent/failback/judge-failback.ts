/** How long a balancer that returned is watched. Milliseconds. */
export interface FailbackTimes {
  /** The first time within `memoryMs`. */
  readonly afterMs: number;
  /** Each further time within `memoryMs` it is watched for twice as long, up to this. */
  readonly longestMs: number;
  /** Returns longer ago are forgotten. */
  readonly memoryMs: number;
}

/** One look at the balancer. */
export interface FailbackLook {
  /** Milliseconds of a clock that never steps. */
  readonly now: number;
  /** Whether its priorities are lowered because it has just returned. */
  readonly settling: boolean;
  /** NGINX runs and answers, and the balancer is not cut off. */
  readonly well: boolean;
  /** It holds every VIP that prefers it: nobody else could serve them, and there is nothing to bring home. */
  readonly home: boolean;
}

/** What is remembered between two looks. */
export interface FailbackState {
  /** Since when it has been well while settling; undefined: it is not settling, or not well. */
  readonly wellSince: number | undefined;
  /** How often it has returned lately. */
  readonly returns: number;
}

/** Nothing is known yet. */
export const firstFailback: FailbackState = { wellSince: undefined, returns: 0 };

/** How long it is watched after so many returns. */
export function watchedMs({ afterMs, longestMs }: FailbackTimes, returns: number): number {
  // 2 ** 30 already is beyond any limit.
  return Math.min(Math.max(longestMs, afterMs), afterMs * 2 ** Math.min(returns, 30));
}

/**
 * Whether a balancer that returned may have its VIPs back.
 *
 * | settling | well | at home | watched long enough | it is                                     |
 * |----------|------|---------|---------------------|-------------------------------------------|
 * | no       | -    | -       | -                   | in service; nothing is to be done         |
 * | yes      | no   | -       | -                   | watched anew from the moment it is well   |
 * | yes      | yes  | yes     | -                   | in service from now on, and stays it when |
 * |          |      |         |                     | another balancer has been watched enough  |
 * | yes      | yes  | no      | no                  | watched on                                |
 * | yes      | yes  | no      | yes                 | in service from now on                    |
 */
export function judgeFailback(
  state: FailbackState,
  look: FailbackLook,
  times: FailbackTimes,
): { readonly state: FailbackState; readonly verdict: 'wait' | 'return' | 'stay'; readonly leftMs: number } {
  if (!look.settling) return { state: { ...state, wellSince: undefined }, verdict: 'wait', leftMs: 0 };
  const needed = watchedMs(times, state.returns);
  if (!look.well) return { state: { ...state, wellSince: undefined }, verdict: 'wait', leftMs: needed };
  if (look.home) return { state: { ...state, wellSince: undefined }, verdict: 'stay', leftMs: 0 };
  const wellSince = state.wellSince ?? look.now;
  const leftMs = Math.max(0, wellSince + needed - look.now);
  if (leftMs > 0) return { state: { ...state, wellSince }, verdict: 'wait', leftMs };
  return { state: { wellSince: undefined, returns: state.returns + 1 }, verdict: 'return', leftMs: 0 };
}
