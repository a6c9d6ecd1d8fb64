import type { Outage, Term, VipOutcome } from './promise.ts';
import type { VrrpFault } from './vrrp-fault.ts';
import { noOutage, worse } from './outage.ts';
import { healingTerms, leavingTerm } from './vrrp-healing.ts';
import { mastersAfter, mastersOf, type Ranks } from './vrrp-masters.ts';
import type { VrrpInstance } from './vrrp-setup.ts';
import { situations, type RouterState, type Situation } from './vrrp-situation.ts';
import { bounded, sumOf, takeOverTerm } from './vrrp-timing.ts';
import { holdsOnTerms, waitTerms } from './vrrp-wait.ts';

/** What becomes of one VIP under faults; see `vipJudge`. */
export type VipJudge = (faults: readonly VrrpFault[]) => VipOutcome;

/**
 * What becomes of one VIP under faults, all of which happen at one moment. Nothing is repaired: systemd's restarts
 * of NGINX and keepalived are not waited for. What healing costs counts where it costs more: `healingTerms`.
 *
 * A balancer whose cable is pulled sees its carrier go and lets go of everything: keepalived watches the interface of an
 * instance unless told otherwise (VRRP_IF_ISUP in vrrp.h). Addresses that a killed keepalived left stay on it, unreachable.
 */
export function vipJudge(instance: VrrpInstance): VipJudge {
  const situationUnder = situations(instance);
  const before = mastersOf(situationUnder([]));
  return (faults) => {
    const now = situationUnder(faults);
    const { atFirst, settled } = mastersAfter(now, before);
    const ranks = now.routers.flatMap((state, rank) =>
      settled.has(rank) || (before.has(rank) && keepsAddress(state)) ? [rank] : [],
    );
    const reachable = ranks.filter((rank) => now.routers[rank]?.linked === true);
    const working = reachable.filter((rank) => now.routers[rank]?.nginx === 'answers');
    const holdsOn = now.routers.flatMap((state, rank) => {
      const held = before.has(rank) || atFirst.has(rank);
      const goes = !ranks.includes(rank) && state.keepalived === 'runs' && state.linked;
      const terms = held && goes ? holdsOnTerms(state) : undefined;
      if (terms === undefined) return [];
      // Who became MASTER before it went has told the neighbours of itself already, and maybe must do so again.
      const stays = now.routers.find((_, other) => settled.has(other) && atFirst.has(other));
      const late = stays !== undefined && sumOf(terms) > 2 * state.router.advertMs;
      const term = late ? leavingTerm(now, { goes: state, stays }) : undefined;
      return [term === undefined ? terms : [...terms, term]];
    });
    const outage = outageOf({ situation: now, before, masters: settled, reachable, working, holdsOn });
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
  /** For each that lets go in the end: how long clients may still be led to it although it does not answer. */
  readonly holdsOn: readonly (readonly Term[])[];
}

function outageOf({ situation, before, masters, reachable, working, holdsOn }: Change): Outage {
  if (reachable.length === 0) return { kind: 'until-repaired', why: 'no balancer that clients reach holds it' };
  if (working.length === 0) return { kind: 'until-repaired', why: 'NGINX does not answer where clients reach it' };
  if (working.length < reachable.length) {
    return { kind: 'until-repaired', why: 'clients may be led to a holder whose NGINX does not answer' };
  }
  const stays = working.some((rank) => before.has(rank));
  const same = stays && reachable.length === before.size && reachable.every((rank) => before.has(rank));
  if (same && holdsOn.length === 0) return { kind: 'none' };
  const waits = working
    .filter((rank) => masters.has(rank))
    .map((rank) => waitTerms({ situation, before, rank }) ?? [])
    .toSorted((a, b) => sumOf(a) - sumOf(b));
  // Where one stays, a handshake that meets the change of the neighbours' ARP entries breaks all the same.
  const [wait = []] = stays ? [] : waits;
  const longest = [wait, ...holdsOn].reduce((worst, terms) => (sumOf(terms) > sumOf(worst) ? terms : worst));
  const [first, ...rest] = [...longest, takeOverTerm];
  const healing = healingTerms(situation, masters);
  // Two outages, not one after the other: between them clients reach a working holder.
  return worse(bounded([first, ...rest]), healing === undefined ? noOutage : bounded([...healing, takeOverTerm]));
}
