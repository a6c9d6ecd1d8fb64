import { rivalsOf } from './rivals.ts';
import type { Rival } from './rivals.ts';
import { announcePeriods, blockedPeriods, hold, periodMs } from './witness-state.ts';
import type { VipMemory, WitnessAlarm, WitnessInput, WitnessMemory, Yielded } from './witness-state.ts';

/** What one VIP is in for. */
export interface SettledVip {
  readonly memory: VipMemory;
  readonly announce: 'yes' | 'no';
  readonly alarms: readonly WitnessAlarm[];
}

const nothing: VipMemory = { yielded: undefined, cleared: undefined, bothSince: undefined, announceUntil: -Infinity };

/**
 * Settles one VIP between its holders.
 *
 * ```
 * this one   rival claims it       known from               then
 * holds it   nobody                -                        nothing: VRRP decides
 * holds it   lower rank            heard or told            announce, each period until 3 after the last claim
 * holds it   higher rank           told (rival is silent)   yield
 * holds it   higher rank           heard, for 6 periods     yield, hold: VRRP between the two is blocked
 * holds it   higher rank           heard, for less          wait: VRRP is about to settle it
 * yielded    higher rank           told                     stay
 * yielded    higher rank           heard, hold not over     stay
 * yielded    higher rank           heard, hold over         clear: VRRP decides
 * yielded    nobody, lower rank    -                        clear: nobody is waited for who does not serve
 * ```
 *
 * A claim counts from one period after this balancer took the VIP: what a dead holder sent last may still have been on its way.
 * Hold: none for the first `told`, 10 s for the first blocked; at a new yield within 30 s of the last one's end twice the last, 10 s to 10 min.
 */
export function settleVip(input: WitnessInput, all: WitnessMemory, vip: string): SettledVip {
  const before = all.vips.get(vip) ?? nothing;
  const since = input.held.get(vip);
  if (before.yielded !== undefined) {
    const [rival] = rivalsOf(input, all, { vip, newerThan: -Infinity });
    const stays = rival?.rank === 'higher' && (rival.from === 'told' || input.now < before.yielded.notBefore);
    if (stays) return stayYielded(vip, before, { ...before.yielded, to: rival.name });
    const cleared = { at: input.now, holdMs: before.yielded.holdMs };
    return { memory: { ...nothing, cleared }, announce: 'no', alarms: [] };
  }
  if (since === undefined) return { memory: { ...nothing, cleared: before.cleared }, announce: 'no', alarms: [] };
  const rivals = rivalsOf(input, all, { vip, newerThan: since + periodMs });
  return settleHeld(input, before, { vip, rivals });
}

function settleHeld(
  { now }: WitnessInput,
  before: VipMemory,
  { vip, rivals }: { readonly vip: string; readonly rivals: readonly Rival[] },
): SettledVip {
  const [first] = rivals;
  const heard = rivals.find((rival) => rival.from === 'heard');
  const bothSince = heard === undefined ? undefined : (before.bothSince ?? now);
  const isBlocked = bothSince !== undefined && now - bothSince >= blockedPeriods * periodMs;
  if (first?.rank === 'higher' && (first.from === 'told' || isBlocked)) {
    const why = first.from === 'told' ? 'cut' : 'blocked';
    const holdMs = nextHold(before, why, now);
    return stayYielded(vip, before, { to: first.name, why, holdMs, notBefore: now + holdMs });
  }
  const announceUntil = first?.rank === 'lower' ? now + announcePeriods * periodMs : before.announceUntil;
  const alarms = [
    ...rivals.map((rival): WitnessAlarm => ({ kind: 'two-holders', vip, rival: rival.name })),
    ...(isBlocked && heard !== undefined ? [{ kind: 'vrrp-blocked', vip, rival: heard.name } as const] : []),
  ];
  return {
    memory: { yielded: undefined, cleared: before.cleared, bothSince, announceUntil },
    announce: now <= announceUntil ? 'yes' : 'no',
    alarms,
  };
}

function nextHold({ cleared }: VipMemory, why: Yielded['why'], now: number): number {
  if (cleared !== undefined && now - cleared.at <= hold.soonMs) {
    return Math.min(hold.mostMs, Math.max(hold.leastMs, cleared.holdMs * 2));
  }
  return why === 'blocked' ? hold.leastMs : 0;
}

function stayYielded(vip: string, before: VipMemory, yielded: Yielded): SettledVip {
  return {
    memory: { ...nothing, cleared: before.cleared, yielded },
    announce: 'no',
    alarms: [
      { kind: 'yielded', vip, to: yielded.to },
      ...(yielded.why === 'blocked' ? [{ kind: 'vrrp-blocked', vip, rival: yielded.to } as const] : []),
    ],
  };
}
