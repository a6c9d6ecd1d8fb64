import { Fault } from '../base/fault.ts';
import { drainBackend } from '../moves/drain-backend.ts';
import { drainBalancer } from '../moves/drain-balancer.ts';
import { emptiedPools, lookAtBackends } from '../moves/look-at-backend.ts';
import { moveVip } from '../moves/move-vip.ts';
import type { MoveWorld } from '../moves/move-world.ts';
import { undrainBalancer } from '../moves/undrain-balancer.ts';
import { printDrained, printDrainedBackend, printMoved, printUndrained } from '../report/print-moves.ts';
import type { OperationRequest } from '../server/operations.ts';
import { lastBackendWords } from './empty-pools.ts';

/** Moves, drains or undrains what the dashboard was asked for, and says how it ended. Throws a Fault when it could not be done or is not safe. */
export async function carryOutMove(
  world: MoveWorld,
  { does, subject, target }: Pick<OperationRequest, 'does' | 'subject' | 'target'>,
): Promise<string> {
  if (does === 'move') {
    const vip = world.model.vips.find(({ name }) => name === subject);
    if (vip === undefined) throw new Error(`there is no VIP ${subject}`);
    return printMoved(await moveVip(world, vip, target));
  }
  if (world.model.balancers.some(({ name }) => name === subject)) {
    return does === 'drain'
      ? printDrained(await drainBalancer(world, subject))
      : printUndrained(await undrainBalancer(world, subject));
  }
  return turnBackend(world, subject, does === 'drain' ? 'drain' : 'undrain');
}

/** The command asks before it takes the last backend of a pool; from the page that is never done. */
async function turnBackend(world: MoveWorld, name: string, does: 'drain' | 'undrain'): Promise<string> {
  const sights = await lookAtBackends(world);
  const pools = does === 'drain' ? emptiedPools(world, name, sights) : [];
  if (pools.length > 0) {
    throw new Fault({
      code: 'unhealthy',
      message: lastBackendWords({ backend: name, pools }),
      state: 'nothing was changed',
      next: `to drain it all the same: evenkeel drain --yes ${name}`,
    });
  }
  return printDrainedBackend(await drainBackend(world, { name, does, sights }));
}
