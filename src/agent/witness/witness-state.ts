import type { HeardClaims } from './claims-book.ts';

/** How often a balancer speaks and decides. Milliseconds. */
export const periodMs = 200;

/** Who was not heard for this many periods is silent. */
export const silentPeriods = 4;

/** Two holders that hear each other must have settled it by VRRP in this many periods: adverts are at most a second apart. */
export const blockedPeriods = 6;

/** The one that stays tells the neighbours for this many periods after the last rival claim. */
export const announcePeriods = 3;

/** How long a balancer lets go at least when VRRP does not settle it; doubled each time it comes back soon, up to the most. */
export const hold = { leastMs: 10_000, mostMs: 600_000, soonMs: 30_000 } as const;

/** All that a balancer knows when it decides. Times are milliseconds of one clock that never steps. */
export interface WitnessInput {
  readonly now: number;
  readonly self: string;
  /** The VIPs this balancer may hold, by IPv4 address, and its base priority for each. */
  readonly priorities: ReadonlyMap<string, number>;
  /** Those that are on its interface, and since when. */
  readonly held: ReadonlyMap<string, number>;
  /** The other balancers of its network; undefined: never heard. */
  readonly peers: ReadonlyMap<string, HeardClaims | undefined>;
  readonly witnesses: ReadonlyMap<string, HeardWitness | undefined>;
  /** Whether a gateway has ever answered: it is then counted with the witnesses. */
  readonly gateway: 'known' | 'unknown';
  /** The last round of ARP questions to the gateways and to everybody who is silent; undefined: none yet. */
  readonly wire: { readonly askedAt: number; readonly answer: 'somebody' | 'nobody' } | undefined;
}

/** A witness's last answer: what it had heard of the other balancers, and when, by this balancer's clock. */
export interface HeardWitness {
  readonly at: number;
  readonly reports: ReadonlyMap<string, HeardClaims>;
}

/** What a balancer remembers from one decision to the next. */
export interface WitnessMemory {
  readonly decidedAt: number;
  /** Silence before this counts for nothing: the agent had just begun, or the machine stood still. */
  readonly listeningSince: number;
  readonly suspectSince: number | undefined;
  readonly isolated: 'yes' | 'no';
  readonly vips: ReadonlyMap<string, VipMemory>;
}

/** What is remembered of one VIP. */
export interface VipMemory {
  readonly yielded: Yielded | undefined;
  /** When the last yield ended, and how long its hold was. */
  readonly cleared: { readonly at: number; readonly holdMs: number } | undefined;
  /** Since when this balancer and one that it hears itself both hold the VIP. */
  readonly bothSince: number | undefined;
  readonly announceUntil: number;
}

/** A VIP that this balancer left to another one. */
export interface Yielded {
  readonly to: string;
  /** `cut`: it can't hear the other one. `blocked`: it can, and VRRP between them does not work. */
  readonly why: 'cut' | 'blocked';
  readonly holdMs: number;
  readonly notBefore: number;
}

/** What is to be done now. */
export interface WitnessDecision {
  /** FAULT for every VIP. */
  readonly isolate: 'yes' | 'no';
  /** VIPs to let go of (FAULT), and to whom. */
  readonly yields: ReadonlyMap<string, Yielded>;
  /** VIPs whose neighbours must be told where they are. */
  readonly announce: readonly string[];
  /** Whether a round of ARP questions would help to decide. */
  readonly askWire: 'yes' | 'no';
  readonly alarms: readonly WitnessAlarm[];
}

/** What a person should know. */
export type WitnessAlarm =
  | { readonly kind: 'two-holders'; readonly vip: string; readonly rival: string }
  | { readonly kind: 'vrrp-blocked'; readonly vip: string; readonly rival: string }
  | { readonly kind: 'yielded'; readonly vip: string; readonly to: string }
  | { readonly kind: 'isolated' };

/** The memory of an agent that begins now. */
export function freshMemory(now: number): WitnessMemory {
  return { decidedAt: now, listeningSince: now, suspectSince: undefined, isolated: 'no', vips: new Map() };
}

/** Whether somebody who was last heard then counts as silent. */
export function isSilent(at: number | undefined, { now }: WitnessInput, { listeningSince }: WitnessMemory): boolean {
  return now - Math.max(at ?? listeningSince, listeningSince) > silentPeriods * periodMs;
}

/** Whether something that came then is still news. */
export function isFresh(at: number, now: number): boolean {
  return now - at <= silentPeriods * periodMs;
}
