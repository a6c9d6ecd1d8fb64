import { unusableAddress } from '../base/address.ts';
import type { Address } from '../base/address.ts';
import type { EdgeDocument } from '../spec/edge-document.ts';
import { dealClaims, dealPreferred } from './deal-priorities.ts';
import { dealVrids } from './deal-vrids.ts';
import { reportEdgeAddress } from './find-network.ts';
import type { Report } from './findings.ts';
import { namesOfRole, roleOf, roleText } from './host-names.ts';
import type { ModelHost, ModelNetwork, Vip } from './model.ts';
import { readAddresses } from './read-addresses.ts';
import type { PlacedAddress } from './read-addresses.ts';
import { holdsAddress, networkText } from './resolve-networks.ts';
import { unknownName } from './unknown-name.ts';

/** The VIPs of the file in its order, with VRID, preferred balancer and priorities dealt. */
export function resolveVips(
  document: EdgeDocument,
  { networks, hosts }: { readonly networks: readonly ModelNetwork[]; readonly hosts: readonly ModelHost[] },
  report: Report,
): readonly Vip[] {
  const { spec } = document;
  const written = Object.entries(spec.vips);
  const balancers = namesOfRole(spec, 'balancer');
  // Where networks overlap, a VIP is in the one of the balancers.
  const home = hosts.find(({ kind }) => kind === 'balancer')?.network;
  const nearby = networks.toSorted((a, b) => Number(b.name === home) - Number(a.name === home));
  const preferred = dealPreferred(
    written.map(([name, vip]) => knownBalancer(document, { name, preferred: vip.preferred }, report)),
    balancers,
  );
  const claims = dealClaims(
    preferred.flatMap((name) => (name === undefined ? [] : [name])),
    balancers,
  );
  const vrids = dealVrids(written.map(([, vip]) => vip.vrid));
  return written.flatMap(([name, vip], index): readonly Vip[] => {
    const place = placeVip({ name, address: vip.address }, nearby, report);
    const first = preferred[index];
    const order = claims[index];
    const vrid = vrids[index];
    if (vrid === undefined) reportNoVrid(name, report);
    if (place === undefined || first === undefined || order === undefined || vrid === undefined) return [];
    return [{ name, ...place, vrid, preferred: first, claims: order }];
  });
}

function knownBalancer(
  { spec }: EdgeDocument,
  { name, preferred }: { readonly name: string; readonly preferred: string | undefined },
  report: Report,
): string | undefined {
  if (preferred === undefined) return undefined;
  const role = roleOf(spec, preferred);
  if (role === 'balancer') return preferred;
  const path = ['vips', name, 'preferred'];
  const known = namesOfRole(spec, 'balancer');
  if (role === undefined) {
    report(unknownName({ noun: 'balancer', name: preferred, known, path }));
  } else {
    report({
      code: 'EK302',
      path,
      part: 'value',
      message: `\`${preferred}\` is ${roleText(role)}; only balancers hold VIPs`,
      fix: known.length === 0 ? 'add a host with `role: balancer`' : `write one of the balancers: ${known.join(', ')}`,
    });
  }
  return undefined;
}

type Place = Pick<Vip, 'ipv4' | 'ipv6' | 'network'>;

function placeVip(
  { name, address }: { readonly name: string; readonly address: string | readonly string[] },
  networks: readonly ModelNetwork[],
  report: Report,
): Place | undefined {
  const path = ['vips', name, 'address'];
  const placed = readAddresses(address, { path, of: `the VIP \`${name}\`` }, report);
  for (const each of placed) reportEdgeAddress(each.address, each.path, { networks, report });
  const ipv4 = placed.find((each) => each.address.family === 4);
  const ipv6 = placed.find((each) => each.address.family === 6);
  if (ipv4 === undefined) {
    report({
      code: 'EK409',
      path,
      part: 'value',
      message: `the VIP \`${name}\` has no IPv4 address; a VIP of IPv6 alone is not supported`,
      fix: 'add an IPv4 address of the network, private if need be: VRRP adverts carry it, and the IPv6 address moves with it',
    });
  }
  const holding = placed.map((each) => networks.filter((network) => holdsAddress(network, each.address)));
  for (const [index, each] of placed.entries()) {
    // Of an address that nobody can have that was said already.
    if (holding[index]?.length === 0 && unusableAddress(each.address) === undefined)
      reportOutside(name, each, { networks, report });
  }
  const common = networks.find((network) => holding.every((candidates) => candidates.includes(network)));
  if (common === undefined && holding.every((candidates) => candidates.length > 0)) {
    report({
      code: 'EK407',
      path,
      part: 'value',
      message: `the addresses of the VIP \`${name}\` are in different networks`,
      fix: 'give it addresses of one network, so that they move together',
    });
  }
  if (ipv4 === undefined || common === undefined) return undefined;
  return { ipv4: ipv4.address, ipv6: ipv6?.address, network: common.name };
}

function reportOutside(
  name: string,
  { address, path }: PlacedAddress,
  { networks, report }: { readonly networks: readonly ModelNetwork[]; readonly report: Report },
): void {
  const all = networks
    .filter((network) => hasFamily(network, address))
    .map((network) => `${network.name}: ${networkText(network)}`);
  report({
    code: 'EK407',
    path,
    part: 'value',
    message: `${address.text} of the VIP \`${name}\` is outside ${all.length === 0 ? `every network: none has IPv${address.family}` : `the networks of this file (${all.join('; ')})`}`,
    fix:
      all.length === 0
        ? `add \`ipv${address.family}:\` to the network of the balancers`
        : 'write a free address of the network that the balancers are in',
  });
}

function hasFamily(network: ModelNetwork, { family }: Address): boolean {
  return (family === 4 ? network.ipv4 : network.ipv6) !== undefined;
}

function reportNoVrid(name: string, report: Report): void {
  report({
    code: 'EK417',
    path: ['vips', name],
    part: 'key',
    message: `no VRID is left for the VIP \`${name}\`: there are 255`,
    fix: 'move some VIPs into another edge on another network',
  });
}
