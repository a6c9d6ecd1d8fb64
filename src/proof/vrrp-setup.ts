import {
  failoverSettings,
  type GratuitousArp,
  type KeepalivedDeath,
  type Preempt,
  type Tracker,
} from '../model/failover-settings.ts';
import type { Model } from '../model/model.ts';

/**
 * Everything that decides who holds each VIP: VRRP instances and their routers, and nothing else. It is made from a model,
 * or read from the keepalived.conf files of an existing pair. Durations are milliseconds.
 */
export interface VrrpSetup {
  readonly instances: readonly VrrpInstance[];
  /** Whether a person has accepted that one balancer is all there is: then a VIP that nobody can take is no refusal. */
  readonly singleBalancer: 'accepted' | 'refused';
}

/** The routers that share one VRID on one network, and so hold one VIP between them. */
export interface VrrpInstance {
  /** The VIP's name; the instance's name when it was read from keepalived.conf. Unique. */
  readonly name: string;
  readonly vrid: number;
  /** RFC 3768 (2) or RFC 9568 (3). */
  readonly version: 2 | 3;
  /** In any order; each is another balancer. */
  readonly routers: readonly VrrpRouter[];
}

/** One balancer's part in an instance, as its own keepalived.conf has it. */
export interface VrrpRouter {
  readonly balancer: string;
  /** Base priority, 1-255, before any tracker's weight. 255: owner of the address, and weights don't count. */
  readonly priority: number;
  readonly advertMs: number;
  readonly preempt: Preempt;
  /** What watches NGINX for this instance. Others (interfaces, routes) fail with none of the faults of a proof. */
  readonly trackers: readonly Tracker[];
  /** Debian's unit alone: addresses `stay`, and nobody restarts it. */
  readonly keepalivedDeath: KeepalivedDeath;
  readonly garp: GratuitousArp;
}

/** The VRRP of a model: one instance for each VIP, named like it, its routers in the order of the claims. */
export function vrrpSetup(model: Model): VrrpSetup {
  const { vrrpVersion, advertMs, preempt, trackers, keepalivedDeath, garp } = failoverSettings(model);
  const networks = new Map(model.balancers.map((balancer) => [balancer.name, balancer.network]));
  return {
    singleBalancer: model.allow.includes('single-balancer') ? 'accepted' : 'refused',
    instances: model.vips.map(({ name, vrid, network, claims }) => ({
      name,
      vrid,
      version: vrrpVersion,
      // A VIP is rendered on the balancers of its own network only.
      routers: claims
        .filter(({ balancer }) => networks.get(balancer) === network)
        .map(({ balancer, priority }) => ({ balancer, priority, advertMs, preempt, trackers, keepalivedDeath, garp })),
    })),
  };
}
