import { addressAt, lastAddress } from '../base/address.ts';
import type { Address, Network } from '../base/address.ts';
import type { EdgeDocument } from '../spec/edge-document.ts';
import { usedAddresses } from './check-addresses.ts';
import { findNetwork } from './find-network.ts';
import type { Report } from './findings.ts';
import type { Model, ModelNetwork, Vip } from './model.ts';
import { readAddresses } from './read-addresses.ts';

/** Where the search for a free address begins: people number machines from below and VIPs from 100. */
const firstOffset = { 4: 50, 6: 0x50 } as const;
/** How far it goes in a large network. */
const furthestOffset = 4096;

/** The client of the lab: where the person puts it, else on free addresses of the first network that has VIPs. */
export function resolveLab(
  document: EdgeDocument,
  { networks, vips }: { readonly networks: readonly ModelNetwork[]; readonly vips: readonly Vip[] },
  report: Report,
): Model['lab'] {
  const home = networks.find(({ name }) => name === vips[0]?.network) ?? networks[0];
  const written = document.spec.lab?.client;
  if (written !== undefined) {
    const owner = 'the client of the lab';
    const placed = readAddresses(written, { path: ['lab', 'client'], of: owner }, report);
    const network = findNetwork({ owner, path: ['lab'], placed, wanted: undefined, key: 'client' }, networks, report);
    return { clientAddresses: placed.map(({ address }) => address), clientNetwork: network?.name ?? home?.name ?? '' };
  }
  const used = usedAddresses(document);
  const parts = [home?.ipv4, home?.ipv6].flatMap((part) => (part === undefined ? [] : [part]));
  const found = parts.map((part) => freeAddress(part, used));
  const [missing] = parts.filter((_, index) => found[index] === undefined);
  if (missing !== undefined) {
    report({
      code: 'EK422',
      path: ['networks', home?.name ?? ''],
      part: 'key',
      message: `no address of ${missing.text} is free for the client of the lab`,
      fix: 'say an address of another network under `lab: { client: ... }`, or do without the lab',
    });
  }
  return {
    clientAddresses: found.flatMap((address) => (address === undefined ? [] : [address])),
    clientNetwork: home?.name ?? '',
  };
}

function freeAddress(network: Network, used: ReadonlySet<string>): Address | undefined {
  const last = lastAddress(network).text;
  const free = (offset: number): Address | undefined => {
    const address = addressAt(network, offset);
    return address === undefined || used.has(address.text) || address.text === last ? undefined : address;
  };
  for (
    let offset: number = firstOffset[network.family];
    offset <= furthestOffset && addressAt(network, offset) !== undefined;
    offset += 1
  ) {
    const address = free(offset);
    if (address !== undefined) return address;
  }
  for (let offset = firstOffset[network.family] - 1; offset > 0; offset -= 1) {
    const address = free(offset);
    if (address !== undefined) return address;
  }
  return undefined;
}
