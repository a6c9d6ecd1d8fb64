import { standing, type NginxState, type Standing } from './effective-priority.ts';
import type { VrrpFault } from './vrrp-fault.ts';
import type { VrrpInstance, VrrpRouter } from './vrrp-setup.ts';

/** What faults did to one router of an instance. */
export interface RouterState {
  readonly router: VrrpRouter;
  /** `stopped` said goodbye, `killed` did not, `off` has no power. */
  readonly keepalived: 'runs' | 'stopped' | 'killed' | 'off';
  readonly linked: boolean;
  readonly nginx: NginxState;
  /** Before the faults. */
  readonly before: Standing;
  /** When all trackers have noticed. */
  readonly after: Standing;
}

/** One instance under faults. Routers are in the order of their claims: the highest priority first. */
export interface Situation {
  readonly version: 2 | 3;
  readonly routers: readonly RouterState[];
  /** Whether adverts get from one router to another, and are not dropped there. */
  readonly hears: (listener: RouterState, sender: RouterState) => boolean;
}

/**
 * What an instance's routers are when all these faults have happened at one moment. Of two that contradict each other on one
 * balancer, the harder counts: off before killed before stopped, dead before hung.
 */
export function situation(instance: VrrpInstance, faults: readonly VrrpFault[]): Situation {
  const lost = lostPaths(faults);
  return {
    version: instance.version,
    routers: instance.routers
      .toSorted((a, b) => b.priority - a.priority)
      .map((router) => routerState(router, kindsOn(faults, router.balancer))),
    hears: (listener, sender) =>
      listener.linked &&
      sender.linked &&
      !lost.has(path(sender.router.balancer, listener.router.balancer)) &&
      // RFC 3768 section 7.1: an advert with another interval than one's own is dropped. Version 3 takes it on.
      (instance.version === 3 || seconds(listener.router.advertMs) === seconds(sender.router.advertMs)),
  };
}

function routerState(router: VrrpRouter, kinds: ReadonlySet<VrrpFault['kind']>): RouterState {
  const nginx = kinds.has('nginx-dead') ? 'dead' : kinds.has('nginx-hung') ? 'hung' : 'answers';
  return {
    router,
    keepalived: keepalivedUnder(kinds),
    linked: !kinds.has('link-cut') && !kinds.has('balancer-off'),
    nginx,
    before: standing(router, 'answers'),
    after: standing(router, nginx),
  };
}

function keepalivedUnder(kinds: ReadonlySet<VrrpFault['kind']>): RouterState['keepalived'] {
  if (kinds.has('balancer-off')) return 'off';
  if (kinds.has('keepalived-killed')) return 'killed';
  return kinds.has('keepalived-dead') ? 'stopped' : 'runs';
}

function kindsOn(faults: readonly VrrpFault[], balancer: string): ReadonlySet<VrrpFault['kind']> {
  return new Set(
    faults.flatMap((fault) => (fault.kind !== 'partition' && fault.balancer === balancer ? [fault.kind] : [])),
  );
}

function lostPaths(faults: readonly VrrpFault[]): ReadonlySet<string> {
  return new Set(
    faults.flatMap((fault) => {
      if (fault.kind !== 'partition') return [];
      const there = path(fault.from, fault.to);
      return fault.direction === 'one-way' ? [there] : [there, path(fault.to, fault.from)];
    }),
  );
}

function path(from: string, to: string): string {
  return `${from}>${to}`;
}

/** Version 2 carries whole seconds; keepalived rounds (vrrp.c). */
function seconds(ms: number): number {
  return Math.max(1, Math.round(ms / 1000));
}
