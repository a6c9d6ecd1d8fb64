import type { Reach } from './backends/pool-verdict.ts';

/** Where the part that asks backends says what this balancer reaches, for the part that takes VIPs back. */
export interface ReachWord {
  readonly tell: (reach: Reach) => void;
  /** The last word; `unknown` before the first one. */
  readonly told: () => Reach;
}

/** Nothing was said yet. */
export function reachWord(): ReachWord {
  let last: Reach = 'unknown';
  return {
    tell(reach) {
      last = reach;
    },
    told: () => last,
  };
}
