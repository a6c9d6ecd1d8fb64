import type { VrrpRouter } from './vrrp-setup.ts';

/** Whether a router's NGINX answers; `hung` processes are there and answer nobody. */
export type NginxState = 'answers' | 'dead' | 'hung';

/** What a router is in VRRP once all its trackers have noticed: at fault, or with this priority in its adverts. */
export type Standing = { readonly kind: 'fault' } | { readonly kind: 'able'; readonly priority: number };

/**
 * Applies the trackers as keepalived does (keepalived.conf(5), vrrp_track.c): a failing one with weight 0 is FAULT, a negative
 * weight counts while it fails, a positive one while it succeeds. The sum is clamped to 1-254; an address owner (255) has none.
 */
export function standing(router: VrrpRouter, nginx: NginxState): Standing {
  let priority = router.priority;
  for (const { weight, notices } of router.trackers) {
    const fails = nginx !== 'answers' && notices.includes(nginx);
    if (fails && weight === 0) return { kind: 'fault' };
    if (fails === weight < 0) priority += weight;
  }
  return { kind: 'able', priority: router.priority === 255 ? 255 : Math.min(254, Math.max(1, priority)) };
}
