import { formatDuration } from '../base/duration.ts';
import type { GratuitousArp } from '../model/failover-settings.ts';
import type { Term } from './promise.ts';
import type { Ranks } from './vrrp-masters.ts';
import type { RouterState, Situation } from './vrrp-situation.ts';

/**
 * The longest time until a Linux neighbour asks again where an address is that it has a wrong entry for: the entry counts as
 * reachable for up to 1.5 times 30 s, then it waits 5 s for a sign of life, then asks the wrong one three times in 3 s (arp(7);
 * RFC 4861 section 10 has the same numbers for IPv6). Milliseconds. Other systems keep entries for minutes or hours.
 */
const neighbourMs = 45_000 + 5000 + 3000;

/**
 * How long neighbours go on sending to a MASTER that has let go, once two that did not hear each other do again; undefined:
 * they are told at once, or there is one MASTER only.
 *
 * | the one that stays                          | the one that goes                    | neighbours learn it          |
 * |---------------------------------------------|--------------------------------------|------------------------------|
 * | hears lower adverts and repeats its ARP     | was heard all the time               | at once                      |
 * | hears lower adverts and repeats its ARP     | answers a higher advert, then goes   | at once                      |
 * | tells the neighbours every so often         | any                                  | with the advert after that   |
 * | otherwise                                   | any                                  | when they ask by themselves  |
 *
 * In the last two, it is chance whose advert comes first: that of the one that goes is answered by the one that stays, too
 * (vrrp_state_master_rx of keepalived 2.2.7 and 2.3.3).
 */
export function healingTerms({ routers, hears }: Situation, masters: Ranks): readonly [Term] | undefined {
  // Routers are in the order of their priorities before weights; who stays has the highest with them.
  const all = routers.filter((_, rank) => masters.has(rank)).toSorted((a, b) => priorityOf(b) - priorityOf(a));
  const [stays, ...others] = all;
  if (stays === undefined) return undefined;
  if (others.every((goes) => isTold(stays.router.garp, { heard: hears(stays, goes), goes }))) return undefined;
  return [learningTerm(stays, 'after healing')];
}

/**
 * How long neighbours go on sending to a router that lets go of the address while another one is MASTER already; undefined:
 * that one hears the goodbye and tells them at once.
 */
export function leavingTerm(
  { hears }: Situation,
  { goes, stays }: { readonly goes: RouterState; readonly stays: RouterState },
): Term | undefined {
  if (stays.router.garp.onLowerAdvert && hears(stays, goes)) return undefined;
  return learningTerm(stays, 'unheard goodbye');
}

function learningTerm({ router: { garp, advertMs } }: RouterState, when: string): Term {
  // keepalived looks whether it is time when it sends an advert (vrrp_state_master_tx).
  if (garp.refreshMs !== undefined && garp.refreshMs + advertMs < neighbourMs) {
    const every = formatDuration(garp.refreshMs);
    return { what: `${when}: gratuitous ARP every ${every}, with the next advert`, ms: garp.refreshMs + advertMs };
  }
  const what = `${when}: neighbours send to the one that let go, until they ask again (45 s + 5 s + 3 x 1 s)`;
  return { what, ms: neighbourMs };
}

function isTold(
  garp: GratuitousArp,
  { heard, goes }: { readonly heard: boolean; readonly goes: RouterState },
): boolean {
  return garp.onLowerAdvert && (heard || goes.router.garp.answersHigher);
}

function priorityOf({ after }: RouterState): number {
  return after.kind === 'able' ? after.priority : 0;
}
