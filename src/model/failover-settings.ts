import type { Model } from './model.ts';

/**
 * How an edge fails over: what keepalived is told, and what is done about the daemons. `render` writes it into files and
 * `proof` computes what it costs, so the two can't disagree. Durations are milliseconds.
 */
export interface FailoverSettings {
  readonly profile: Profile;
  /** VRRP version (RFC 3768, RFC 9568). */
  readonly vrrpVersion: 2 | 3;
  readonly advertMs: number;
  /** To each peer's own address, or to the group that every router on the network hears. */
  readonly adverts: 'unicast' | 'multicast';
  readonly preempt: Preempt;
  /** What keepalived learns from about NGINX, one entry for each thing that watches it. */
  readonly trackers: readonly Tracker[];
  readonly keepalivedDeath: KeepalivedDeath;
  readonly garp: GratuitousArp;
  readonly witness: Witness;
  readonly dns: DnsHealth;
  readonly proxying: 'retrying' | 'plain';
}

/** `evenkeel` is the product. `reference` is the tutorial's pair, for drills and benchmarks in the lab only. */
export type Profile = 'evenkeel' | 'reference';

/** When a balancer with a higher priority takes its VIP back from a lower one. */
export type Preempt =
  | { readonly kind: 'at-once' }
  | { readonly kind: 'after'; readonly delayMs: number }
  | { readonly kind: 'never' };

/** One thing that watches NGINX on its own balancer and tells keepalived. */
export interface Tracker {
  readonly name: string;
  /** `dead`: no process of NGINX. `hung`: its processes are there and do not answer. */
  readonly notices: readonly ('dead' | 'hung')[];
  readonly detection: Detection;
  /**
   * What keepalived does when it fails. 0: the instances go to FAULT and say goodbye with priority 0. Otherwise it is
   * added to the priority while the check fails (negative), or while it succeeds (positive), as keepalived.conf(5) says.
   */
  readonly weight: number;
}

/** How a tracker learns of a failure. */
export type Detection =
  /** The event itself writes the verdict, within this time. */
  | { readonly kind: 'event'; readonly withinMs: number }
  /**
   * A check starts every interval, or as soon as one that took longer has ended; `fall` failures in a row count, `rise`
   * successes bring it back.
   */
  | {
      readonly kind: 'poll';
      /** `process`: each check is a process that has to start. `agent`: a daemon of ours that runs already asks. */
      readonly asker: 'process' | 'agent';
      readonly intervalMs: number;
      readonly timeoutMs: number;
      readonly fall: number;
      readonly rise: number;
    };

/** What happens when keepalived is killed and leaves its addresses behind. */
export interface KeepalivedDeath {
  readonly addresses: 'removed' | 'stay';
  /** systemd starts it again after this time; undefined: nobody does. */
  readonly restartMs: number | undefined;
}

/**
 * How neighbours learn that an address stays where it is, after a second MASTER told them of itself (keepalived.conf(5);
 * for IPv6, unsolicited neighbour advertisements are meant too).
 */
export interface GratuitousArp {
  /** A MASTER that hears a lower one tells the neighbours again (`vrrp_garp_lower_prio_repeat` above 0). */
  readonly onLowerAdvert: boolean;
  /** A MASTER that hears a higher one sends one more advert before it lets go, so that the higher one hears of it (`vrrp_higher_prio_send_advert`). */
  readonly answersHigher: boolean;
  /** A MASTER tells the neighbours every so often (`vrrp_garp_master_refresh`); undefined: only when it becomes MASTER. */
  readonly refreshMs: number | undefined;
}

/** Who settles that two balancers hold one VIP, or that one is cut off and holds them all. */
export type Witness =
  | { readonly kind: 'nobody' }
  /** The nameservers and gateways (docs/adr/0010-witness.md): one holder is left within this time. */
  | { readonly kind: 'votes'; readonly withinMs: number };

/** How a nameserver chooses the VIPs it hands out. */
export type DnsHealth =
  | { readonly kind: 'static' }
  /** Each VIP is checked every interval; one that fails is left out, and all are handed out when none answers. */
  | { readonly kind: 'checked'; readonly intervalMs: number; readonly timeoutMs: number };

/** What keepalived 2.2 and 2.3 do unless told otherwise. */
export const keepalivedGarp: GratuitousArp = { onLowerAdvert: true, answersHigher: false, refreshMs: undefined };

/** The settings of a model. The reasons for the values: docs/adr/0003-vrrp.md. */
export function failoverSettings(model: Pick<Model, 'profile' | 'advertMs'>): FailoverSettings {
  switch (model.profile) {
    case 'evenkeel':
      return {
        profile: 'evenkeel',
        vrrpVersion: 3,
        advertMs: model.advertMs,
        adverts: 'unicast',
        // Not before the agent has seen it well: until then its priority is lowered (`settlingWeight`).
        preempt: { kind: 'at-once' },
        trackers: [
          { name: 'nginx', notices: ['dead'], detection: { kind: 'event', withinMs: 100 }, weight: 0 },
          {
            name: 'answers',
            notices: ['hung'],
            detection: { kind: 'poll', asker: 'agent', intervalMs: 200, timeoutMs: 200, fall: 2, rise: 2 },
            weight: 0,
          },
        ],
        keepalivedDeath: { addresses: 'removed', restartMs: 500 },
        garp: { onLowerAdvert: true, answersHigher: true, refreshMs: 1000 },
        witness: { kind: 'votes', withinMs: 2000 },
        dns: { kind: 'checked', intervalMs: 1000, timeoutMs: 1000 },
        proxying: 'retrying',
      };
    case 'reference':
      return {
        profile: 'reference',
        vrrpVersion: 2,
        advertMs: model.advertMs,
        adverts: 'multicast',
        preempt: { kind: 'at-once' },
        trackers: [
          {
            name: 'check_nginx',
            notices: ['dead'],
            detection: { kind: 'poll', asker: 'process', intervalMs: 2000, timeoutMs: 2000, fall: 1, rise: 1 },
            weight: -60,
          },
        ],
        keepalivedDeath: { addresses: 'stay', restartMs: undefined },
        garp: keepalivedGarp,
        witness: { kind: 'nobody' },
        dns: { kind: 'static' },
        proxying: 'plain',
      };
  }
}
