import type { Balancer, Model } from './model.ts';

/** The unit on a balancer that drops VRRP from strangers. */
export const firewallUnit = 'evenkeel-firewall.service';

/** The unit on a balancer that keeps packets of moved connections apart. */
export const handoverUnit = 'evenkeel-handover.service';

/** An nftables table of ours, and the unit that loads it. */
export interface OwnTable {
  /** Family and name, as nft(8) lists them: `inet evenkeel`. */
  readonly table: string;
  readonly unit: string;
  /** What happens without it. */
  readonly without: string;
}

/** The tables a balancer always has. The one for handover in IPv6 comes and goes with that in IPv4. */
export function ownTables(model: Model, balancer: Balancer): readonly OwnTable[] {
  const hasPeer = model.balancers.some((one) => one.name !== balancer.name && one.network === balancer.network);
  const hasVip = model.vips.some((vip) => vip.claims.some((claim) => claim.balancer === balancer.name));
  return [
    { table: 'inet evenkeel', unit: firewallUnit, without: 'VRRP of strangers is heard' },
    ...(model.profile === 'evenkeel' && hasPeer && hasVip
      ? [{ table: 'ip evenkeel-handover', unit: handoverUnit, without: 'connections break when their VIP moves there' }]
      : []),
  ];
}
