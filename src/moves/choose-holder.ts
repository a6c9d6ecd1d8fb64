import type { Vip } from '../model/model.ts';
import type { BalancerNow } from './balancer-now.ts';
import { obstacleTo } from './obstacle.ts';

/**
 * Who may take a VIP over: the first in the order of its priorities that can hold it and is not `without`. One that has just returned and
 * is still watched only when there is no other.
 */
export function chooseHolder(vip: Vip, now: readonly BalancerNow[], without: string): string | undefined {
  const able = vip.claims.flatMap((claim) =>
    now.filter((one) => one.name === claim.balancer && one.name !== without && obstacleTo(one, vip) === undefined),
  );
  return (able.find((one) => !one.settling) ?? able[0])?.name;
}
