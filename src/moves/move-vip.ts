import type { Emit } from '../base/event.ts';
import { Fault } from '../base/fault.ts';
import type { Moved } from '../facts/planned-moves.ts';
import type { Host } from '../hosts/host.ts';
import type { Model, Vip } from '../model/model.ts';
import { vipTexts } from '../model/vip-addresses.ts';
import { lookAtBalancers, type BalancerNow } from './balancer-now.ts';
import { claimsFor, type ClaimWrite } from './claims.ts';
import { countConnections, passUnknownOn, writeClaim } from './host-steps.ts';
import { waitFor } from './wait-for.ts';

/** What planned operations need. */
export interface MoveWorld {
  readonly model: Model;
  /** Managed hosts by name. */
  readonly hosts: ReadonlyMap<string, Host>;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** Milliseconds that open connections may go on where they are. */
  readonly deadlineMs: number;
}

/** keepalived waits its delay of preemption and three adverts; a host may be slow. */
const moveWithinMs = 20_000;

/**
 * Moves a VIP: the new holder takes it before the old one lets go, and passes packets of connections it does not know to the balancer that has
 * them. Throws `unhealthy` when the target can't hold it, and `verify-failed`, with everything as before, when it does not come.
 */
export async function moveVip(world: MoveWorld, vip: Vip, to: string): Promise<Moved> {
  const before = await lookAtBalancers(world.model, world.hosts);
  assertFit(before, vip, to);
  const from = before.find((one) => one.name !== to && one.holds.includes(vip.name))?.name;
  const began = performance.now();
  const task = `move-${vip.name}`;
  const title = `moving ${vip.name} ${from === undefined ? '' : `from ${from} `}to ${to}`;
  world.emit({ code: 'task-started', level: 'info', data: { task, title } });
  try {
    await takeOver(world, { vip, to, before });
  } catch (error) {
    const ms = performance.now() - began;
    world.emit({ code: 'task-failed', level: 'error', data: { task, note: `${vip.name} is where it was`, ms } });
    throw error;
  }
  const ms = performance.now() - began;
  const connections = from === undefined ? 0 : await countConnections(hostOf(world, from), [vip]);
  const note = connections === 0 ? `${to} holds ${vip.name}` : `${to} holds it, ${connections} go on on ${from ?? ''}`;
  world.emit({ code: 'task-done', level: 'info', data: { task, note, ms } });
  return { vip: vip.name, addresses: vipTexts(vip), from, to, ms, connections };
}

interface TakeOver {
  readonly vip: Vip;
  readonly to: string;
  readonly before: readonly BalancerNow[];
}

async function takeOver(world: MoveWorld, { vip, to, before }: TakeOver): Promise<void> {
  await expectHandover(world, vip, to);
  const answering = new Set(before.filter((one) => one.silent === '').map((one) => one.name));
  const writes = claimsFor(vip, to).filter((write) => answering.has(write.balancer));
  const isLast = (write: ClaimWrite): boolean => write.balancer === to && write.value === 0;
  try {
    for (const write of writes.filter((one) => !isLast(one))) await claim(world, write);
    await waitFor({ withinMs: moveWithinMs, signal: world.signal }, async () =>
      heldAlone(await lookAtBalancers(world.model, world.hosts), vip, to),
    );
    for (const write of writes.filter(isLast)) await claim(world, write);
  } catch (error) {
    await putBack(world, vip, before);
    throw error instanceof Fault ? error : notComing(vip, to, error);
  }
}

/** The new holder passes on what it does not know before it holds the VIP: the first such packet may come with the address. */
export async function expectHandover(world: MoveWorld, vip: Vip, to: string): Promise<void> {
  await passUnknownOn(hostOf(world, to), vip, world.deadlineMs);
}

async function claim(world: MoveWorld, write: ClaimWrite): Promise<void> {
  await writeClaim(hostOf(world, write.balancer), write.vip, write.value);
}

/** Every claim as it was; whoever can't be reached keeps the new one, which the next move replaces. */
async function putBack(world: MoveWorld, vip: Vip, before: readonly BalancerNow[]): Promise<void> {
  for (const one of before.filter((balancer) => balancer.silent === '')) {
    const value = one.claims.get(vip.name) ?? 0;
    await claim(world, { balancer: one.name, vip: vip.name, value }).catch(() => undefined);
  }
}

/** Whether `to` holds the VIP, and nobody else who answers does. */
export function heldAlone(now: readonly BalancerNow[], vip: Vip, to: string): boolean {
  return now.every((one) => one.silent !== '' || one.holds.includes(vip.name) === (one.name === to));
}

/** Throws `unhealthy` unless the target can hold the VIP. */
function assertFit(now: readonly BalancerNow[], vip: Vip, to: string): void {
  const target = now.find((one) => one.name === to);
  const why = target === undefined ? 'it is no balancer of this edge' : target.silent || target.unfit;
  if (why === '') return;
  throw new Fault({
    code: 'unhealthy',
    message: `${to} can't hold ${vip.name}: ${why}`,
    host: to,
    state: 'nothing was changed',
    next: target?.drained === true ? `evenkeel undrain ${to}` : 'evenkeel status',
  });
}

function notComing(vip: Vip, to: string, error: unknown): Fault {
  return new Fault(
    {
      code: 'verify-failed',
      message: `${to} did not take ${vip.name} within ${moveWithinMs / 1000} s`,
      host: to,
      state: `the claims are as before: ${vip.name} stays where it was`,
      next: `on ${to}: journalctl -u keepalived.service -n 50`,
    },
    error,
  );
}

/** Throws a plain Error for a host that no edge file names. */
export function hostOf(world: MoveWorld, name: string): Host {
  const host = world.hosts.get(name);
  if (host === undefined) throw new Error(`no way to ${name}`);
  return host;
}
