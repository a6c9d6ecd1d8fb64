import type { Address } from '../base/address.ts';
import type { Balancer, Machine, Model, Vip } from './model.ts';

/** The address adverts come from. A balancer without IPv4 is refused by `spec`. */
export function ipv4Of(machine: Machine): Address {
  const address = machine.addresses.find((candidate) => candidate.family === 4);
  if (address === undefined) throw new Error(`${machine.name} has no IPv4 address`);
  return address;
}

/** The other balancers on the same network: those that adverts are exchanged with. In the order of the file. */
export function peersOf(model: Model, balancer: Balancer): readonly Balancer[] {
  return model.balancers.filter((other) => other.name !== balancer.name && other.network === balancer.network);
}

/** A VIP that a balancer may hold, with its priority there. */
export interface HeldVip {
  readonly vip: Vip;
  readonly priority: number;
}

/** The VIPs that this balancer may hold: those of its network that have a claim of it. In the order of the file. */
export function vipsOf(model: Model, balancer: Balancer): readonly HeldVip[] {
  return model.vips
    .filter((vip) => vip.network === balancer.network)
    .flatMap((vip) =>
      vip.claims
        .filter((claim) => claim.balancer === balancer.name)
        .map((claim) => ({ vip, priority: claim.priority })),
    );
}

/** Every address of these VIPs with the prefix it is held with: /32 and /128 never become a source address. */
export function heldPrefixes(held: readonly HeldVip[]): readonly string[] {
  return held.flatMap(({ vip }) => [
    `${vip.ipv4.text}/32`,
    ...(vip.ipv6 === undefined ? [] : [`${vip.ipv6.text}/128`]),
  ]);
}
