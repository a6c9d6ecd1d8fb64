import type { Vip } from '../model/model.ts';
import type { BalancerNow } from './balancer-now.ts';

/** Why a balancer can't hold a VIP, and what to do about it. */
export interface Obstacle {
  /** `blind`: it could, and its clients would get nothing but errors while another one serves them. */
  readonly kind: 'out' | 'blind';
  /** Said of the balancer, as in `lb1 can't hold vip1: its NGINX does not run`. */
  readonly why: string;
  readonly next: string;
}

/** What keepalived and the tracked files of a balancer say. */
export interface UnfitFacts {
  /** `systemctl is-active` of keepalived. */
  readonly keepalived: string;
  readonly nginx: boolean;
  readonly hangs: boolean;
  readonly isolated: boolean;
  readonly blind: boolean;
}

/** What is in the way of every VIP on a balancer, worst first. That it is drained is no part of this: a person said so. */
export function whyUnfit(balancer: string, facts: UnfitFacts): Obstacle | undefined {
  const out = (why: string, next: string): Obstacle => ({ kind: 'out', why, next });
  if (facts.keepalived !== 'active')
    return out(
      `its keepalived is ${facts.keepalived || 'unknown'}`,
      `on ${balancer}: systemctl status keepalived.service`,
    );
  if (facts.nginx) return out('its NGINX does not run', `on ${balancer}: systemctl status nginx.service`);
  if (facts.hangs) return out('its NGINX does not answer', `on ${balancer}: journalctl -u nginx.service -n 50`);
  if (facts.isolated)
    return out(
      'it is cut off from all other balancers, witnesses and gateways',
      `see the link of ${balancer} and the switch behind it, then evenkeel status`,
    );
  if (!facts.blind) return undefined;
  return {
    kind: 'blind',
    why: 'it reaches no backend, and another balancer does',
    next: `see the network between ${balancer} and the backends, then evenkeel status`,
  };
}

/**
 * What is in the way of one VIP on a balancer; undefined: it can hold it. One that has just returned (`settling`) can: an order of
 * a person ends the watch.
 */
export function obstacleTo(one: BalancerNow, vip: Vip): Obstacle | undefined {
  if (one.silent !== '') return { kind: 'out', why: one.silent, next: 'evenkeel status' };
  if (!vip.claims.some((claim) => claim.balancer === one.name)) {
    const may = vip.claims.map((claim) => claim.balancer).join(', ');
    return { kind: 'out', why: `it is on another network; ${may} can`, next: 'evenkeel check' };
  }
  if (one.unfit?.kind === 'out') return one.unfit;
  if (one.drained) return { kind: 'out', why: 'it is drained', next: `evenkeel undrain ${one.name}` };
  return yieldedTo(one, vip) ?? one.unfit;
}

/** The witnesses made it leave this VIP to another balancer. */
export function yieldedTo(one: BalancerNow, vip: Vip): Obstacle | undefined {
  if (!one.yielded.includes(vip.name)) return undefined;
  return {
    kind: 'out',
    why: `it left ${vip.name} to another balancer, which it does not hear`,
    next: `see that VRRP (IP protocol 112) passes between ${one.name} and the other balancers, then evenkeel status`,
  };
}
