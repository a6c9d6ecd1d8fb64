import { Fault } from '../base/fault.ts';
import type { Undrained } from '../facts/planned-moves.ts';
import type { Vip } from '../model/model.ts';
import { type BalancerNow, lookAtBalancers, vipsOn } from './balancer-now.ts';
import { writeDrain, writeSettling } from './host-steps.ts';
import { expectHandover, heldAlone } from './move-vip.ts';
import { hostOf, type MoveWorld } from './move-world.ts';
import { type Obstacle, yieldedTo } from './obstacle.ts';
import { inTheWay, notAnswering, notHome, notWaitedFor } from './undrain-faults.ts';
import { waitFor } from './wait-for.ts';

/**
 * Puts a balancer back into service: VIPs that prefer it come home without loss, unless a person moved them. One that has just returned is
 * watched no longer: a person says that it is well. Throws `unhealthy` at once when something else keeps it out of service: the
 * drain is over then too. One that is not drained is left as it is.
 */
export async function undrainBalancer(world: MoveWorld, balancer: string): Promise<Undrained> {
  const before = await lookAtBalancers(world.model, world.hosts);
  const self = before.find((one) => one.name === balancer);
  if (self === undefined || self.silent !== '') throw notAnswering(balancer, self?.silent ?? 'it is no balancer');
  const vips = vipsOn(world.model, balancer);
  const preferring = vips.filter((vip) => vip.preferred === balancer);
  const claimedBy = (vip: Vip): string | undefined => before.find((one) => one.claims.has(vip.name))?.name;
  const elsewhere = preferring.flatMap((vip) => {
    const on = claimedBy(vip);
    return on === undefined || on === balancer ? [] : [{ vip: vip.name, on }];
  });
  if (!self.drained) return { balancer, wasDrained: false, holds: self.holds, elsewhere };
  const home = preferring.filter((vip) => !elsewhere.some((one) => one.vip === vip.name));
  for (const vip of vips) await expectHandover(world, vip, balancer);
  await writeDrain(hostOf(world, balancer), 0);
  const coming = { balancer, vips: home.map((vip) => vip.name) };
  const obstacle = obstacleFor(self, home);
  if (obstacle !== undefined) throw inTheWay(coming, obstacle);
  if (self.settling) await writeSettling(hostOf(world, balancer), 0);
  const now = await waitForHome(world, balancer, home);
  return { balancer, wasDrained: true, holds: now.find((one) => one.name === balancer)?.holds ?? [], elsewhere };
}

/** What keeps all of these VIPs, or one, away from a balancer that is not drained any more. */
function obstacleFor(one: BalancerNow, home: readonly Vip[]): Obstacle | undefined {
  return one.unfit ?? home.map((vip) => yieldedTo(one, vip)).find((yielded) => yielded !== undefined);
}

/** Waits until all of them are at home, or something is in the way of one. */
async function waitForHome(world: MoveWorld, balancer: string, home: readonly Vip[]): Promise<readonly BalancerNow[]> {
  const look = (): Promise<readonly BalancerNow[]> => lookAtBalancers(world.model, world.hosts);
  if (home.length === 0) return look();
  const coming = { balancer, vips: home.map((vip) => vip.name) };
  const names = coming.vips.join(', ');
  const task = `undrain-${balancer}`;
  const began = performance.now();
  world.emit({ code: 'task-started', level: 'info', data: { task, title: `waiting for ${names} to come home` } });
  let now: readonly BalancerNow[] = [];
  try {
    await waitFor({ withinMs: world.patience.homeMs, signal: world.signal }, async () => {
      now = await look();
      const self = now.find((one) => one.name === balancer);
      const obstacle = self === undefined ? undefined : obstacleFor(self, home);
      if (obstacle !== undefined) throw inTheWay(coming, obstacle);
      return home.every((vip) => heldAlone(now, vip, balancer));
    });
  } catch (error) {
    const ms = performance.now() - began;
    world.emit({ code: 'task-failed', level: 'error', data: { task, note: `${names} did not come home`, ms } });
    if (error instanceof Fault || !(error instanceof Error)) throw error;
    if (error.name === 'AbortError') throw notWaitedFor(coming, error);
    if (error.name === 'TimeIsOver') throw notHome(coming, world.patience.homeMs, error);
    throw error;
  }
  world.emit({ code: 'task-done', level: 'info', data: { task, note: names, ms: performance.now() - began } });
  return now;
}
