import { Fault } from '../base/fault.ts';
import type { Vip } from '../model/model.ts';
import type { BalancerNow } from './balancer-now.ts';
import { writeClaim, writeSettling } from './host-steps.ts';
import { hostOf, type MoveWorld } from './move-world.ts';

/** Every claim as it was, and the watch over the target goes on if it was watched. Returns the balancers that could not be told. */
export async function putBack(
  world: MoveWorld,
  vip: Vip,
  { before, watched }: { readonly before: readonly BalancerNow[]; readonly watched: string | undefined },
): Promise<readonly string[]> {
  const left: string[] = [];
  for (const one of before.filter(({ silent }) => silent === '')) {
    try {
      if (one.name === watched) await writeSettling(hostOf(world, one.name), 1);
      await writeClaim(hostOf(world, one.name), vip.name, one.claims.has(vip.name) ? 1 : 0);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      left.push(one.name);
    }
  }
  return left;
}
