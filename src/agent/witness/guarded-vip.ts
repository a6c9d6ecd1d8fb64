import type { AgentVip } from '../../model/agent-config.ts';
import type { Claim } from './witness-message.ts';

/** A VIP this balancer may hold: what it is called, its IPv4 address, the priority here. */
export interface GuardedVip {
  readonly name: string;
  readonly address: string;
  readonly priority: number;
}

/** The VIP as this host may hold it; nothing when it may not, or when it has no address. */
export function guardedVip(vip: AgentVip, host: string): readonly GuardedVip[] {
  const [address] = vip.addresses;
  const claim = vip.claims.find(({ balancer }) => balancer === host);
  return address === undefined || claim === undefined ? [] : [{ name: vip.name, address, priority: claim.priority }];
}

/** Whether a VIP is held, and since when it is so. */
export interface Standing {
  readonly isMaster: boolean;
  readonly at: number;
}

/** Each VIP's standing now: one that has not changed keeps its time. */
export function standings({
  priorities,
  here,
  before,
  at,
}: {
  readonly priorities: ReadonlyMap<string, number>;
  readonly here: ReadonlySet<string>;
  readonly before: ReadonlyMap<string, Standing>;
  readonly at: number;
}): ReadonlyMap<string, Standing> {
  return new Map(
    [...priorities.keys()].map((vip) => {
      const last = before.get(vip);
      return [vip, last?.isMaster === here.has(vip) ? last : { isMaster: here.has(vip), at }];
    }),
  );
}

/** What the others are told of a VIP. */
export function claimOf(
  since: ReadonlyMap<string, Standing>,
  { vip, priority, at }: { readonly vip: string; readonly priority: number; readonly at: number },
): Claim {
  const standing = since.get(vip) ?? { isMaster: false, at };
  return { vip, priority, isMaster: standing.isMaster, sinceMs: at - standing.at };
}
