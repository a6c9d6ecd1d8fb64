import { judgeIsolation } from './isolation.ts';
import { settleVip } from './settle-vip.ts';
import { periodMs } from './witness-state.ts';
import type { WitnessDecision, WitnessInput, WitnessMemory } from './witness-state.ts';

/** After a longer pause than this between two decisions, silence says nothing: this machine stood still, not the others. */
const pausePeriods = 3;

/**
 * Decides what a balancer does about its VIPs beyond VRRP; called each period. An HTTP balancer holds no data: two holders cost some
 * resets, none costs everything. So VRRP takes over at its own speed, and this settles afterwards who goes on.
 *
 * ```
 * hears another balancer   witnesses and gateway        then
 * yes                      any                          VRRP decides; only two that both hold it for 6 periods are settled here
 * no                       fewer than half, dead wire   isolate: let go of all                  (isolation.ts)
 * no                       say that a preferred one     yield that VIP                          (settle-vip.ts)
 *                          holds a VIP held here
 * no                       say nothing                  hold what VRRP gave: the other one is dead
 * ```
 */
export function decide(
  input: WitnessInput,
  before: WitnessMemory,
): { readonly decision: WitnessDecision; readonly memory: WitnessMemory } {
  const hasPaused = input.now - before.decidedAt > pausePeriods * periodMs;
  const memory = hasPaused ? { ...before, listeningSince: input.now } : before;
  const { isolated, suspectSince } = judgeIsolation(input, memory);
  const settled = [...input.priorities.keys()].map((vip) => [vip, settleVip(input, memory, vip)] as const);
  return {
    decision: {
      isolate: isolated,
      yields: new Map(
        settled.flatMap(([vip, { memory: kept }]) => (kept.yielded === undefined ? [] : [[vip, kept.yielded]])),
      ),
      announce: settled.filter(([, { announce }]) => announce === 'yes').map(([vip]) => vip),
      askWire: suspectSince === undefined ? 'no' : 'yes',
      alarms: [
        ...(isolated === 'yes' ? [{ kind: 'isolated' } as const] : []),
        ...settled.flatMap(([, { alarms }]) => alarms),
      ],
    },
    memory: {
      decidedAt: input.now,
      listeningSince: memory.listeningSince,
      suspectSince,
      isolated,
      vips: new Map(settled.map(([vip, { memory: kept }]) => [vip, kept])),
    },
  };
}
