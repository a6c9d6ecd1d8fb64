import { counted } from '../base/counted.ts';
import { Fault } from '../base/fault.ts';
import type { Drained } from '../facts/planned-moves.ts';
import { pause } from '../hosts/pause.ts';
import type { Vip } from '../model/model.ts';
import { countConnections } from './host-steps.ts';
import { hostOf, type MoveWorld } from './move-world.ts';

/** Between two counts of the connections that are left. */
const countEveryMs = 1000;

type Counts = Pick<Drained, 'connectionsFound' | 'connectionsEnded' | 'connections'>;

/** Counts the connections of a drained balancer until none is left, the deadline comes or the person has seen enough. */
export async function waitForConnections(world: MoveWorld, balancer: string, vips: readonly Vip[]): Promise<Counts> {
  const count = (): Promise<number> => countOrSay(world, balancer, vips);
  const task = `drain-${balancer}`;
  const began = performance.now();
  const end = began + world.deadlineMs;
  const first = await count();
  if (first === 0) return { connectionsFound: 0, connectionsEnded: 0, connections: 0 };
  const title = `waiting for ${counted(first, 'connection')} on ${balancer}`;
  world.emit({ code: 'task-started', level: 'info', data: { task, title } });
  let found = first;
  let left = first;
  while (left > 0 && !world.signal.aborted && performance.now() < end) {
    await pause(Math.min(countEveryMs, Math.max(0, end - performance.now())), world.signal);
    const now = await count();
    if (now !== left) world.emit({ code: 'task-progress', level: 'progress', data: { task, note: `${now} left` } });
    // One that was in the middle of its handshake at the first count.
    found = Math.max(found, now);
    left = now;
  }
  const note = left === 0 ? `${balancer} has no connections` : `${left} are left`;
  world.emit({ code: 'task-done', level: 'info', data: { task, note, ms: performance.now() - began } });
  return { connectionsFound: found, connectionsEnded: found - left, connections: left };
}

/** Who does not answer while it is waited for is drained all the same. */
async function countOrSay(world: MoveWorld, balancer: string, vips: readonly Vip[]): Promise<number> {
  try {
    return await countConnections(hostOf(world, balancer), vips);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Fault(
      {
        ...error.details,
        state: `${balancer} is drained; how many connections it still has is not known`,
        next: `evenkeel drain ${balancer}`,
      },
      error,
    );
  }
}
