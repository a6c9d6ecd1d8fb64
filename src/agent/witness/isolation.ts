import { isSilent } from './witness-state.ts';
import type { WitnessInput, WitnessMemory } from './witness-state.ts';

/** Whether this balancer is cut off from everybody. */
export interface Isolation {
  readonly isolated: WitnessMemory['isolated'];
  /** Since when all but the wire itself says so. */
  readonly suspectSince: number | undefined;
}

/**
 * A balancer that nobody reaches lets go of its VIPs, so that it does not come back as a second holder when the network heals. Nothing waits
 * for that, and taking a VIP from the last balancer that serves costs everything: each line must be true.
 *
 * ```
 * no other balancer is heard                  VRRP decides as long as one is
 * it holds every VIP that it may hold         otherwise it hears somebody's adverts, or has nothing to let go of
 * a witness was heard before                  without witnesses there is no isolation
 * two or more voters are known                one dead voter beside a dead balancer must not look like this
 * fewer than half of the voters are heard     voters: witnesses that ever answered, and the gateway
 * no ARP answer from gateways and the silent  a filter or dead agents silence UDP, not ARP; asked after all the above
 * ```
 *
 * Over when a line is no longer true; the second does not count while isolated.
 */
export function judgeIsolation(input: WitnessInput, memory: WitnessMemory): Isolation {
  if (!isSuspect(input, memory)) return { isolated: 'no', suspectSince: undefined };
  const suspectSince = memory.suspectSince ?? input.now;
  const wireIsDead = input.wire !== undefined && input.wire.askedAt >= suspectSince && input.wire.answer === 'nobody';
  return { isolated: wireIsDead ? 'yes' : 'no', suspectSince };
}

function isSuspect(input: WitnessInput, memory: WitnessMemory): boolean {
  const peers = [...input.peers.values()];
  const known = [...input.witnesses.values()].filter((one) => one !== undefined);
  const heard = known.filter((one) => !isSilent(one.at, input, memory)).length;
  const voters = known.length + (input.gateway === 'known' ? 1 : 0);
  return (
    peers.length > 0 &&
    peers.every((peer) => isSilent(peer?.at, input, memory)) &&
    (memory.isolated === 'yes' || [...input.priorities.keys()].every((vip) => input.held.has(vip))) &&
    known.length > 0 &&
    voters >= 2 &&
    heard * 2 < voters
  );
}
