import { standing, type NginxState, type Standing } from './effective-priority.ts';
import type { VrrpFault } from './vrrp-fault.ts';
import type { VrrpInstance, VrrpRouter } from './vrrp-setup.ts';

/** What faults did to one router of an instance. */
export interface RouterState {
  readonly router: VrrpRouter;
  /** `stopped` said goodbye, `killed` did not, `off` has no power. */
  readonly keepalived: 'runs' | 'stopped' | 'killed' | 'off';
  /** False: no frame gets in or out, and keepalived, which watches its interface, is in FAULT. */
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
export function situations(instance: VrrpInstance): (faults: readonly VrrpFault[]) => Situation {
  const { version } = instance;
  const well = instance.routers
    .toSorted((a, b) => b.priority - a.priority)
    .map((router) => routerState(router, new Set()));
  return (faults) => ({
    version,
    routers: well.map((state) => {
      const kinds = kindsOn(faults, state.router.balancer);
      return kinds.size === 0 ? state : routerState(state.router, kinds);
    }),
    hears: (listener, sender) =>
      listener.linked &&
      sender.linked &&
      !faults.some((fault) => fault.kind === 'partition' && cuts(fault, { listener, sender })) &&
      // RFC 3768 section 7.1: an advert with another interval than one's own is dropped. Version 3 takes it on.
      (version === 3 || seconds(listener.router.advertMs) === seconds(sender.router.advertMs)),
  });
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

const noKinds: ReadonlySet<VrrpFault['kind']> = new Set();

function kindsOn(faults: readonly VrrpFault[], balancer: string): ReadonlySet<VrrpFault['kind']> {
  const here = (fault: VrrpFault): boolean => fault.kind !== 'partition' && fault.balancer === balancer;
  return faults.some(here) ? new Set(faults.filter(here).map(({ kind }) => kind)) : noKinds;
}

/** Whether adverts on this way are lost. */
function cuts(
  { from, to, direction }: Extract<VrrpFault, { readonly kind: 'partition' }>,
  way: { readonly listener: RouterState; readonly sender: RouterState },
): boolean {
  const [listener, sender] = [way.listener.router.balancer, way.sender.router.balancer];
  if (from === sender && to === listener) return true;
  return direction === 'two-way' && from === listener && to === sender;
}

/** Version 2 carries whole seconds; keepalived rounds (vrrp.c). */
function seconds(ms: number): number {
  return Math.max(1, Math.round(ms / 1000));
}
