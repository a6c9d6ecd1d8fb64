import type { Vip } from '../model/model.ts';
import type { BalancerNow } from './balancer-now.ts';

/** Who may take a VIP over: the first in the order of its priorities that answers, is fit and is not `without`. */
export function chooseHolder(vip: Vip, now: readonly BalancerNow[], without: string): string | undefined {
  return vip.claims
    .map((claim) => now.find((one) => one.name === claim.balancer))
    .find((one) => one !== undefined && one.name !== without && one.silent === '' && one.unfit === '')?.name;
}
