import type { ProofRefusal } from './promise.ts';
import { vrrpFaults } from './vrrp-fault.ts';
import { vrrpProver } from './vrrp-prover.ts';
import { refusalsOf, type VrrpSingle } from './vrrp-refusals.ts';
import type { VrrpSetup } from './vrrp-setup.ts';

/** What is proved about VRRP alone. */
export interface VrrpProof {
  readonly singles: readonly VrrpSingle[];
  /** Not empty: it can't be trusted to fail over. */
  readonly refusals: readonly ProofRefusal[];
}

/** Proves a setup without a model, as one read from keepalived.conf files. */
export function proveVrrp(setup: VrrpSetup): VrrpProof {
  const prove = vrrpProver(setup);
  const singles = vrrpFaults(setup).map((fault) => ({ fault, vips: prove([fault]) }));
  return { singles, refusals: refusalsOf(setup, singles) };
}

/** Why a setup can't be trusted to fail over; empty: it can. */
export function vrrpRefusals(setup: VrrpSetup): readonly ProofRefusal[] {
  return proveVrrp(setup).refusals;
}
