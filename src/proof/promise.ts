import type { ModelFault } from './fault.ts';

/** One summand of a promise: what takes this long at most. Milliseconds. */
export interface Term {
  readonly what: string;
  readonly ms: number;
}

/** The longest time without a success that a fault may cost, with its arithmetic. */
export type Outage =
  /** Nobody notices. */
  | { readonly kind: 'none' }
  /** `ms` is the sum of the terms. */
  | { readonly kind: 'bounded'; readonly ms: number; readonly terms: readonly [Term, ...Term[]] }
  /** It lasts until somebody repairs what broke. */
  | { readonly kind: 'until-repaired'; readonly why: string };

/** What becomes of one VIP. */
export interface VipOutcome {
  readonly vip: string;
  /** Balancers that hold it when everything has settled, best claim first. Two or more: split brain. */
  readonly holders: readonly string[];
  /** Those of the holders that clients reach and whose NGINX answers. */
  readonly working: readonly string[];
  readonly outage: Outage;
  /** What happens to connections that were open through this VIP. */
  readonly connections: 'kept' | 'broken';
}

/** What one nameserver answers when everything has settled. */
export interface NameserverOutcome {
  readonly nameserver: string;
  readonly answers: boolean;
  /** VIPs it hands out, in the model's order; empty when it does not answer. */
  readonly vips: readonly string[];
}

/** Whether a pool serves. */
export interface PoolOutcome {
  readonly pool: string;
  /** Backends that answer. */
  readonly up: readonly string[];
  readonly served: boolean;
  readonly outage: Outage;
}

/** What one fault, or two at once, do to an edge. */
export interface FaultOutcome {
  readonly faults: readonly [ModelFault, ...ModelFault[]];
  /** `faultsName(faults)`. */
  readonly name: string;
  readonly vips: readonly VipOutcome[];
  readonly nameservers: readonly NameserverOutcome[];
  readonly pools: readonly PoolOutcome[];
  /** A client that asks by name: resolver, address, balancer and backend together. */
  readonly byName: Outage;
  /** The worst of VIPs, pools and by name. */
  readonly outage: Outage;
  /** Who still gets an answer: everybody, nobody, or only some (a VIP, a site, clients on one side of a router). */
  readonly served: 'everybody' | 'some' | 'nobody';
  /** Sentences a person should read about it: two holders, clients beyond the gateway, a kept connection to a dead backend. */
  readonly notes: readonly string[];
}

/** Why a model is refused: a fault leaves a VIP without a working holder, or its settings can't fail over. */
export interface ProofRefusal {
  readonly code:
    | 'no-holder'
    | 'weight-too-small'
    | 'weight-with-nopreempt'
    | 'weight-with-preempt-delay'
    | 'equal-priorities';
  /** The fault that shows it (`faultName`). */
  readonly fault: string;
  readonly vip: string;
  /** What happens, with the computed numbers, as one sentence. */
  readonly message: string;
  readonly fix: string;
}

/** Everything that was computed about a model. */
export interface Proof {
  readonly edge: string;
  readonly singles: readonly FaultOutcome[];
  /** Every pair of different single faults. */
  readonly doubles: readonly FaultOutcome[];
  /** Not empty: the model can't be trusted to fail over, and `check` and `plan` refuse it. */
  readonly refusals: readonly ProofRefusal[];
  /** Names of double faults that leave something unserved: risks that are accepted by using only this many machines. */
  readonly acceptedRisks: readonly string[];
}
