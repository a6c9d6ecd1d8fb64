import type { Outage, VipOutcome } from './promise.ts';
import type { VrrpFault } from './vrrp-fault.ts';
import { mastersAfter, mastersOf, type Ranks } from './vrrp-masters.ts';
import type { VrrpInstance } from './vrrp-setup.ts';
import { situations, type RouterState, type Situation } from './vrrp-situation.ts';
import { bounded, sumOf, takeOverTerm } from './vrrp-timing.ts';
import { waitTerms } from './vrrp-wait.ts';

/** What becomes of one VIP under faults; see `vipJudge`. */
export type VipJudge = (faults: readonly VrrpFault[]) => VipOutcome;

/**
 * What becomes of one VIP under faults, all of which happen at one moment. Nothing is repaired: systemd's restarts
 * of NGINX and keepalived are not waited for. The sentences name no balancer.
 *
 * A balancer whose cable is pulled still believes that it holds everything, so it is among the holders. One that sees its
 * carrier go (keepalived tracks the interface) lets go instead; for clients that is the same.
 */
export function vipJudge(instance: VrrpInstance): VipJudge {
  const situationUnder = situations(instance);
  const before = mastersOf(situationUnder([]));
  return (faults) => {
    const now = situationUnder(faults);
    const masters = mastersAfter(now, before);
    const ranks = now.routers.flatMap((state, rank) =>
      masters.has(rank) || (before.has(rank) && keepsAddress(state)) ? [rank] : [],
    );
    const reachable = ranks.filter((rank) => now.routers[rank]?.linked === true);
    const working = reachable.filter((rank) => now.routers[rank]?.nginx === 'answers');
    const outage = outageOf({ situation: now, before, masters, reachable, working });
    const names = (of: readonly number[]): readonly string[] =>
      of.flatMap((rank) => now.routers[rank]?.router.balancer ?? []);
    return {
      vip: instance.name,
      holders: names(ranks),
      working: names(working),
      outage,
      connections: outage.kind === 'none' ? 'kept' : 'broken',
    };
  };
}

/** A killed keepalived leaves its addresses, and nobody takes them away: the host goes on answering ARP for them. */
function keepsAddress({ keepalived, router }: RouterState): boolean {
  return keepalived === 'killed' && router.keepalivedDeath.addresses === 'stay';
}

interface Change {
  readonly situation: Situation;
  readonly before: Ranks;
  readonly masters: Ranks;
  /** Holders that clients reach. */
  readonly reachable: readonly number[];
  readonly working: readonly number[];
}

function outageOf({ situation, before, masters, reachable, working }: Change): Outage {
  if (reachable.length === 0) return { kind: 'until-repaired', why: 'no balancer that clients reach holds it' };
  if (working.length === 0) return { kind: 'until-repaired', why: 'NGINX does not answer where clients reach it' };
  if (working.length < reachable.length) {
    return { kind: 'until-repaired', why: 'clients may be led to a holder whose NGINX does not answer' };
  }
  if (working.some((rank) => before.has(rank))) {
    const same = reachable.length === before.size && reachable.every((rank) => before.has(rank));
    // A handshake that meets the change of the neighbours' ARP entries breaks.
    return same ? { kind: 'none' } : bounded([takeOverTerm]);
  }
  const waits = working
    .filter((rank) => masters.has(rank))
    .map((rank) => waitTerms({ situation, before, rank }) ?? [])
    .toSorted((a, b) => sumOf(a) - sumOf(b));
  const [first, ...rest] = [...(waits[0] ?? []), takeOverTerm];
  return bounded([first ?? takeOverTerm, ...rest]);
}
