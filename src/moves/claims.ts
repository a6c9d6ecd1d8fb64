import type { Vip } from '../model/model.ts';

/** What a balancer's claim file of a VIP must say. */
export interface ClaimWrite {
  readonly balancer: string;
  readonly vip: string;
  /** 0 takes the claim back. */
  readonly value: 0 | 1;
}

/**
 * The claims that put a VIP on a balancer, in the order they are written. The new holder is raised before another one is lowered, so
 * that there is never a moment without a holder. The preferred balancer needs no claim of its own: it is the highest
 * once the others' are gone, and raising it for the time until then changes nothing.
 *
 * | target    | first             | then                       | last               |
 * |-----------|-------------------|----------------------------|--------------------|
 * | preferred | its claim up      | every other claim to 0     | its claim to 0     |
 * | another   | its claim up      | every other claim to 0     | -                  |
 */
export function claimsFor(vip: Vip, target: string): readonly ClaimWrite[] {
  if (!vip.claims.some((claim) => claim.balancer === target)) return [];
  const raise = { balancer: target, vip: vip.name, value: 1 } as const;
  const others = vip.claims
    .filter((claim) => claim.balancer !== target)
    .map((claim) => ({ balancer: claim.balancer, vip: vip.name, value: 0 as const }));
  return vip.preferred === target ? [raise, ...others, { ...raise, value: 0 }] : [raise, ...others];
}
