import { Fault } from '../base/fault.ts';
import type { Drained, Moved } from '../facts/planned-moves.ts';
import type { Vip } from '../model/model.ts';
import { type BalancerNow, lookAtBalancers, vipsOn } from './balancer-now.ts';
import { chooseHolder } from './choose-holder.ts';
import { writeClaim, writeDrain } from './host-steps.ts';
import { moveVip } from './move-vip.ts';
import { hostOf, type MoveWorld } from './move-world.ts';
import { type Obstacle, obstacleTo } from './obstacle.ts';
import { notAnswering } from './undrain-faults.ts';
import { waitForConnections } from './wait-for-connections.ts';

/**
 * Takes a balancer out of service without loss: its VIPs move, then it may hold none, also after a reboot, then its connections end by
 * themselves or the deadline comes. Throws `unhealthy` when a VIP would have no holder; nothing was changed then.
 */
export async function drainBalancer(world: MoveWorld, balancer: string): Promise<Drained> {
  const { model, hosts } = world;
  const before = await lookAtBalancers(model, hosts);
  const self = before.find((one) => one.name === balancer);
  if (self === undefined || self.silent !== '') throw notAnswering(balancer, self?.silent ?? 'it is no balancer');
  const vips = vipsOn(model, balancer);
  const goals = vips
    .filter((vip) => self.holds.includes(vip.name))
    .map((vip) => ({ vip, to: chooseHolder(vip, before, balancer) }));
  const lost = goals.find((goal) => goal.to === undefined);
  if (lost !== undefined) throw noHolder(balancer, lost.vip, before);
  const moved: Moved[] = [];
  const there = (): string => moved.map((one) => `, ${one.vip} was moved to ${one.to}`).join('');
  await orSay(
    () => `${balancer} is not drained${there()}`,
    async () => {
      for (const { vip, to } of goals) if (to !== undefined) moved.push(await moveVip(world, vip, to));
      await writeDrain(hostOf(world, balancer), 1);
    },
  );
  await orSay(
    () => `${balancer} is drained${there()}; some claim is left, so a VIP may stay where it is after an undrain`,
    async () => {
      // The claims have done their work: out of service, the balancer takes nothing back.
      for (const one of moved) {
        const claimed = before.find((other) => other.name === one.to)?.claims.has(one.vip) === true;
        await writeClaim(hostOf(world, one.to), one.vip, claimed ? 1 : 0);
      }
      for (const vip of vips) await writeClaim(hostOf(world, balancer), vip.name, 0);
    },
  );
  return { balancer, moved, ...(await waitForConnections(world, balancer, vips)) };
}

/** Does the work; a Fault also says what of the whole is done. */
async function orSay(done: () => string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { state, next = 'evenkeel status' } = error.details;
    throw new Fault({ ...error.details, state: [done(), state].filter(Boolean).join('; '), next }, error);
  }
}

function noHolder(balancer: string, vip: Vip, now: readonly BalancerNow[]): Fault {
  const others = now.flatMap((one): readonly (Obstacle & { readonly name: string })[] => {
    const obstacle = one.name === balancer ? undefined : obstacleTo(one, vip);
    return obstacle === undefined ? [] : [{ name: one.name, ...obstacle }];
  });
  return new Fault({
    code: 'unhealthy',
    message: `${balancer} can't be drained: no other balancer can hold ${vip.name} now`,
    host: balancer,
    said: others.map(({ name, why }) => `${name}: ${why}`).join('\n'),
    state: 'nothing was changed',
    next: others[0]?.next ?? `add a second balancer to the edge file`,
  });
}
