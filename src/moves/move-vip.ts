import { Fault } from '../base/fault.ts';
import type { Moved } from '../facts/planned-moves.ts';
import type { Vip } from '../model/model.ts';
import { vipTexts } from '../model/vip-addresses.ts';
import { lookAtBalancers, vipsOn, type BalancerNow } from './balancer-now.ts';
import { claimsFor, type ClaimWrite } from './claims.ts';
import { countConnections, passUnknownOn, writeClaim, writeSettling } from './host-steps.ts';
import { brokenMove, cannotHold } from './move-faults.ts';
import { hostOf, type MoveWorld } from './move-world.ts';
import { obstacleTo } from './obstacle.ts';
import { putBack } from './put-back.ts';
import { waitFor } from './wait-for.ts';

/**
 * Moves a VIP: the new holder takes it before the old one lets go, and passes packets of connections it does not know to the balancer that has
 * them. A target that has just returned is no longer watched: an order of a person beats the watch. Throws `unhealthy` when the
 * target can't hold it, and `verify-failed` when it does not come; each says what state is left.
 */
export async function moveVip(world: MoveWorld, vip: Vip, to: string): Promise<Moved> {
  const before = await lookAtBalancers(world.model, world.hosts);
  const target = ableTarget(before, vip, to);
  const from = before.find((one) => one.name !== to && one.holds.includes(vip.name))?.name;
  const began = performance.now();
  const task = `move-${vip.name}`;
  const title = `moving ${vip.name} ${from === undefined ? '' : `from ${from} `}to ${to}`;
  world.emit({ code: 'task-started', level: 'info', data: { task, title } });
  const watched = target.settling && target.unfit === undefined ? to : undefined;
  const untold = await takeOver(world, { vip, to, before, from, watched }).catch((error: unknown) => {
    const ms = performance.now() - began;
    world.emit({ code: 'task-failed', level: 'error', data: { task, note: `${to} did not take ${vip.name}`, ms } });
    throw error;
  });
  const ms = performance.now() - began;
  const connections = from === undefined ? 0 : await connectionsLeft(world, vip, from);
  const note =
    connections === 0 ? `${to} holds ${vip.name}` : `${to} holds it, ${connections ?? 'some'} go on on ${from}`;
  world.emit({ code: 'task-done', level: 'info', data: { task, note, ms } });
  const already = from === undefined && target.holds.includes(vip.name);
  return {
    vip: vip.name,
    addresses: vipTexts(vip),
    from,
    to,
    already,
    ms,
    connections,
    watchEnded: watched !== undefined,
    untold,
  };
}

/** The target as it is. Throws `unhealthy` unless it can hold the VIP; a blind one can when nobody else can. */
function ableTarget(now: readonly BalancerNow[], vip: Vip, to: string): BalancerNow {
  const target = now.find((one) => one.name === to);
  if (target === undefined)
    throw cannotHold(vip, to, { kind: 'out', why: 'it is no balancer of this edge', next: 'evenkeel check' });
  const obstacle = obstacleTo(target, vip);
  const another = now.some((one) => one.name !== to && obstacleTo(one, vip) === undefined);
  if (obstacle === undefined || (obstacle.kind === 'blind' && !another)) return target;
  throw cannotHold(vip, to, obstacle);
}

/** Undefined: the old holder does not answer any more. The move is done all the same. */
async function connectionsLeft(world: MoveWorld, vip: Vip, from: string): Promise<number | undefined> {
  try {
    return await countConnections(hostOf(world, from), [vip]);
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

interface TakeOver {
  readonly vip: Vip;
  readonly to: string;
  readonly before: readonly BalancerNow[];
  readonly from: string | undefined;
  /** The target, when the watch over it is to end. */
  readonly watched: string | undefined;
}

/** Returns the balancers that could not be told, and keep what they claim. */
async function takeOver(world: MoveWorld, { vip, to, before, from, watched }: TakeOver): Promise<readonly string[]> {
  const silent = new Set(before.filter((one) => one.silent !== '').map((one) => one.name));
  const writes = claimsFor(vip, to).filter((write) => !silent.has(write.balancer));
  const isLast = (write: ClaimWrite): boolean => write.balancer === to && write.value === 0;
  let begun = false;
  try {
    // Without the watch all the VIPs that prefer it come home.
    const coming = watched === undefined ? [vip] : [...new Set([vip, ...vipsOn(world.model, to)])];
    for (const one of coming) await expectHandover(world, one, to);
    begun = true;
    if (watched !== undefined) await writeSettling(hostOf(world, to), 0);
    for (const write of writes.filter((one) => !isLast(one)))
      if (!(await claim(world, write, to))) silent.add(write.balancer);
    await waitFor({ withinMs: world.patience.moveMs, signal: world.signal }, async () =>
      heldAlone(await lookAtBalancers(world.model, world.hosts), vip, to),
    );
    for (const write of writes.filter(isLast)) await claim(world, write, to);
    return [...silent];
  } catch (error) {
    const left = begun ? await putBack(world, vip, { before, watched }) : undefined;
    throw brokenMove({ vip, to, before, from, left, waitedMs: world.patience.moveMs }, error);
  }
}

/** The new holder passes on what it does not know before it holds the VIP: the first such packet may come with the address. */
export async function expectHandover(world: MoveWorld, vip: Vip, to: string): Promise<void> {
  await passUnknownOn(hostOf(world, to), vip, world.deadlineMs);
}

/** False: another balancer than the target does not answer any more. One that dies in the middle must not stop its VIP from leaving it. */
async function claim(world: MoveWorld, write: ClaimWrite, to: string): Promise<boolean> {
  try {
    await writeClaim(hostOf(world, write.balancer), write.vip, write.value);
    return true;
  } catch (error) {
    const isGone = error instanceof Fault && ['host-unreachable', 'command-timed-out'].includes(error.code);
    if (isGone && write.balancer !== to) return false;
    throw error;
  }
}

/** Whether `to` holds the VIP, and nobody else who answers does. */
export function heldAlone(now: readonly BalancerNow[], vip: Vip, to: string): boolean {
  return now.every((one) => one.holds.includes(vip.name) === (one.name === to));
}
