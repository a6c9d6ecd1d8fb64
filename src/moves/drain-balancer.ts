import { counted } from '../base/counted.ts';
import { Fault } from '../base/fault.ts';
import type { Drained, Moved, Undrained } from '../facts/planned-moves.ts';
import { pause } from '../hosts/pause.ts';
import type { Vip } from '../model/model.ts';
import { lookAtBalancers, vipsOn } from './balancer-now.ts';
import { chooseHolder } from './choose-holder.ts';
import { countConnections, writeClaim, writeDrain } from './host-steps.ts';
import { expectHandover, heldAlone, hostOf, moveVip, type MoveWorld } from './move-vip.ts';
import { waitFor } from './wait-for.ts';

/** Between two counts of the connections that are left. */
const countEveryMs = 1000;

/**
 * Takes a balancer out of service without loss: its VIPs move, then it may hold none, also after a reboot, then its connections end by
 * themselves or the deadline comes. Throws `unhealthy` when a VIP would have no holder; nothing was changed then.
 */
export async function drainBalancer(world: MoveWorld, balancer: string): Promise<Drained> {
  const { model, hosts } = world;
  const before = await lookAtBalancers(model, hosts);
  const self = before.find((one) => one.name === balancer);
  if (self === undefined || self.silent !== '') throw silent(balancer, self?.silent ?? 'it is no balancer');
  const vips = vipsOn(model, balancer);
  const goals = vips
    .filter((vip) => self.holds.includes(vip.name))
    .map((vip) => ({ vip, to: chooseHolder(vip, before, balancer) }));
  const lost = goals.find((goal) => goal.to === undefined);
  if (lost !== undefined) throw noHolder(balancer, lost.vip);
  const moved: Moved[] = [];
  for (const { vip, to } of goals) if (to !== undefined) moved.push(await moveVip(world, vip, to));
  await writeDrain(hostOf(world, balancer), 1);
  // The claims have done their work: out of service, the balancer takes nothing back.
  for (const one of moved)
    await writeClaim(hostOf(world, one.to), one.vip, before.find((b) => b.name === one.to)?.claims.get(one.vip) ?? 0);
  for (const vip of vips) await writeClaim(hostOf(world, balancer), vip.name, 0);
  return { balancer, moved, connections: await waitForConnections(world, balancer, vips) };
}

/** Counts until none is left, the deadline comes or the person has seen enough. */
async function waitForConnections(world: MoveWorld, balancer: string, vips: readonly Vip[]): Promise<number> {
  const task = `drain-${balancer}`;
  const began = performance.now();
  const host = hostOf(world, balancer);
  const first = await countConnections(host, vips);
  if (first === 0) return 0;
  const title = `waiting for ${counted(first, 'connection')} on ${balancer}`;
  world.emit({ code: 'task-started', level: 'info', data: { task, title } });
  const left = await countDown(world, async (before) => {
    const now = await countConnections(host, vips);
    if (now !== before) world.emit({ code: 'task-progress', level: 'progress', data: { task, note: `${now} left` } });
    return now;
  });
  const ms = performance.now() - began;
  const note = left === 0 ? `${balancer} has no connections` : `${left} are left`;
  world.emit({ code: 'task-done', level: 'info', data: { task, note, ms } });
  return left;
}

/** Counts until the answer is 0, the deadline comes or the person has seen enough. */
async function countDown(world: MoveWorld, count: (before: number) => Promise<number>): Promise<number> {
  const end = performance.now() + world.deadlineMs;
  let left = await count(-1);
  for (;;) {
    if (left === 0 || world.signal.aborted || performance.now() >= end) return left;
    await pause(Math.min(countEveryMs, end - performance.now()), world.signal);
    left = await count(left);
  }
}

/** How long a VIP may take to come home. */
const homeWithinMs = 120_000;

/** Puts a balancer back into service: VIPs that prefer it come home without loss. Throws `unhealthy` when its daemons are not well. */
export async function undrainBalancer(world: MoveWorld, balancer: string): Promise<Undrained> {
  const { model, hosts } = world;
  const before = await lookAtBalancers(model, hosts);
  const self = before.find((one) => one.name === balancer);
  if (self === undefined || self.silent !== '') throw silent(balancer, self?.silent ?? 'it is no balancer');
  if (self.unfit !== '' && !self.drained) throw silent(balancer, self.unfit);
  const vips = vipsOn(model, balancer);
  for (const vip of vips) await expectHandover(world, vip, balancer);
  await writeDrain(hostOf(world, balancer), 0);
  const home = vips.filter(
    (vip) => vip.preferred === balancer && before.every((one) => one.claims.get(vip.name) === 0 || one.silent !== ''),
  );
  const task = `undrain-${balancer}`;
  const began = performance.now();
  const names = home.map((vip) => vip.name).join(', ');
  if (home.length > 0) {
    world.emit({ code: 'task-started', level: 'info', data: { task, title: `waiting for ${names} to come home` } });
    try {
      await waitFor({ withinMs: homeWithinMs, signal: world.signal }, async () => {
        const now = await lookAtBalancers(model, hosts);
        return home.every((vip) => heldAlone(now, vip, balancer));
      });
    } catch (error) {
      const ms = performance.now() - began;
      world.emit({ code: 'task-failed', level: 'error', data: { task, note: `${names} did not come home`, ms } });
      throw notHome({ balancer, names }, error);
    }
    world.emit({ code: 'task-done', level: 'info', data: { task, note: names, ms: performance.now() - began } });
  }
  const now = await lookAtBalancers(model, hosts);
  return { balancer, holds: now.find((one) => one.name === balancer)?.holds ?? [] };
}

function silent(balancer: string, why: string): Fault {
  return new Fault({
    code: 'unhealthy',
    message: `${balancer} can't be asked or used: ${why}`,
    host: balancer,
    state: 'nothing was changed',
    next: 'evenkeel status',
  });
}

function noHolder(balancer: string, vip: Vip): Fault {
  return new Fault({
    code: 'unhealthy',
    message: `${balancer} can't be drained: no other balancer can hold ${vip.name} now`,
    host: balancer,
    state: 'nothing was changed',
    next: 'evenkeel status',
  });
}

function notHome({ balancer, names }: { readonly balancer: string; readonly names: string }, error: unknown): Fault {
  return new Fault(
    {
      code: 'verify-failed',
      message: `${names} did not come home to ${balancer} within ${homeWithinMs / 1000} s`,
      host: balancer,
      state: `${balancer} is in service, and the VIPs are served where they were`,
      next: `on ${balancer}: journalctl -u keepalived.service -n 50`,
    },
    error,
  );
}
