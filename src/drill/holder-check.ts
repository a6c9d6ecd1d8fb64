import type { DrillRecord, HolderRecord } from '../facts/drill-records.ts';
import { failoverSettings } from '../model/failover-settings.ts';
import type { Model } from '../model/model.ts';
import type { FaultOutcome } from '../proof/promise.ts';
import { nameList } from './drill-words.ts';

/** Who should hold one VIP. */
export interface HolderWish {
  readonly vip: string;
  /** As the balancers themselves would say, also one that no client reaches. */
  readonly holders: readonly string[];
  /** Those of them that clients reach and that serve: they must be seen. */
  readonly working: readonly string[];
  /** Or these, when the fault may have ended by itself. */
  readonly or?: readonly string[];
}

/** How what was seen of a VIP compares with what should be. */
export type HolderFinding =
  | { readonly kind: 'as-wished' }
  | { readonly kind: 'other'; readonly text: string }
  /** A balancer that matters did not answer, or nobody asked. */
  | { readonly kind: 'not-seen'; readonly text: string };

/**
 * What the proof predicts for the VIPs. It waits for no repair; but a killed keepalived is started again by systemd, half a second
 * later, and takes its VIPs back, so where they are after a second or two is either.
 */
export function wishesOf(model: Model, { faults, vips }: FaultOutcome): readonly HolderWish[] {
  const isBack = failoverSettings(model).keepalivedDeath.restartMs !== undefined;
  const ends = isBack && faults.every(({ kind }) => kind === 'keepalived-killed');
  return vips.map(({ vip, holders, working }) => {
    const home = model.vips.filter(({ name }) => name === vip).map(({ preferred }) => preferred);
    return { vip, holders, working, ...(ends ? { or: home } : {}) };
  });
}

/**
 * Compares the holders that balancers last named until a moment with who should hold the VIP. What a silent balancer
 * holds is not known: it is left out, unless clients should be served by it.
 */
export function checkHolders(records: readonly DrillRecord[], wish: HolderWish, at: number): HolderFinding {
  const last = lastSeen(records, wish.vip, at);
  if (last === undefined) return { kind: 'not-seen', text: `nobody said who holds ${wish.vip}` };
  if (last.silent.length === 0 && sameNames(wish.or ?? [], last.holders)) return { kind: 'as-wished' };
  const wanted = wish.holders.filter((holder) => !last.silent.includes(holder));
  const text = `${wish.vip} is held by ${nameList(last.holders)}, not by ${nameList(wanted)}`;
  if (sameNames(wanted, last.holders)) {
    const silent = wish.working.filter((holder) => last.silent.includes(holder));
    if (silent.length === 0) return { kind: 'as-wished' };
    return { kind: 'not-seen', text: `${nameList(silent)} did not say whether it holds ${wish.vip}` };
  }
  return { kind: 'other', text };
}

function lastSeen(records: readonly DrillRecord[], vip: string, at: number): HolderRecord | undefined {
  return records
    .filter((record) => record.kind === 'holder')
    .findLast((record) => record.vip === vip && record.seen === 'hosts' && record.at <= at);
}

function sameNames(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((name) => others.includes(name));
}
