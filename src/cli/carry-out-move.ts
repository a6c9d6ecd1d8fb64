import { counted } from '../base/counted.ts';
import { Fault } from '../base/fault.ts';
import { drainBackend } from '../moves/drain-backend.ts';
import { drainBalancer } from '../moves/drain-balancer.ts';
import { emptiedPools, lookAtBackends } from '../moves/look-at-backend.ts';
import { moveVip } from '../moves/move-vip.ts';
import type { MoveWorld } from '../moves/move-world.ts';
import { undrainBalancer } from '../moves/undrain-balancer.ts';
import { printDrained, printDrainedBackend, printMoved, printUndrained } from '../report/print-moves.ts';
import type { OperationRequest, OperationResult } from '../server/operations.ts';
import { lastBackendWords } from './empty-pools.ts';

/**
 * Moves, drains or undrains what the dashboard was asked for, and says how it ended: where the command would exit with 1 although
 * something was done, it is done in part. Throws a Fault when it could not be done or is not safe.
 */
export async function carryOutMove(
  world: MoveWorld,
  { does, subject, target }: Pick<OperationRequest, 'does' | 'subject' | 'target'>,
): Promise<OperationResult> {
  if (does === 'move') {
    const vip = world.model.vips.find(({ name }) => name === subject);
    if (vip === undefined) throw new Error(`there is no VIP ${subject}`);
    return done(printMoved(await moveVip(world, vip, target)));
  }
  if (world.model.balancers.some(({ name }) => name === subject)) {
    if (does !== 'drain') return done(printUndrained(await undrainBalancer(world, subject)));
    const drained = await drainBalancer(world, subject);
    const { connections: open } = drained;
    const left = `${counted(open, 'connection is', 'connections are')} still open on ${subject}`;
    return open === 0 ? done(printDrained(drained)) : partial(left, printDrained(drained));
  }
  return turnBackend(world, subject, does === 'drain' ? 'drain' : 'undrain');
}

/** The command asks before it takes the last backend of a pool; from the page that is never done. */
async function turnBackend(world: MoveWorld, name: string, does: 'drain' | 'undrain'): Promise<OperationResult> {
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
  const turned = await drainBackend(world, { name, does, sights });
  const { silent } = turned;
  if (silent.length === 0) return done(printDrainedBackend(turned));
  const left = `${silent.map(({ balancer }) => balancer).join(', ')} could not be told to ${does} ${name}`;
  return partial(left, printDrainedBackend(turned));
}

function done(note: string): OperationResult {
  return { state: 'done', note };
}

function partial(left: string, note: string): OperationResult {
  return { state: 'partial', note: `${left}\n${note}` };
}
