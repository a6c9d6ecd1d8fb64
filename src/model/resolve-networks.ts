import { networkContains, parseNetwork } from '../base/address.ts';
import type { Address, Network } from '../base/address.ts';
import type { EdgeDocument } from '../spec/edge-document.ts';
import type { Report } from './findings.ts';
import type { ModelNetwork } from './model.ts';
import { readAddresses } from './read-addresses.ts';

/** The networks of the file, in its order. A gateway outside its network is reported. */
export function resolveNetworks({ spec }: EdgeDocument, report: Report): readonly ModelNetwork[] {
  return Object.entries(spec.networks).map(([name, written]) => {
    const network: ModelNetwork = {
      name,
      ipv4: written.ipv4 === undefined ? undefined : parseNetwork(written.ipv4),
      ipv6: written.ipv6 === undefined ? undefined : parseNetwork(written.ipv6),
      gateways: [],
    };
    const path = ['networks', name, 'gateway'];
    const gateways = readAddresses(written.gateway, { path, of: `the gateway of \`${name}\`` }, report);
    for (const { address, path: at } of gateways) {
      if (holdsAddress(network, address)) continue;
      report({
        code: 'EK405',
        path: at,
        part: 'value',
        message: `the gateway ${address.text} is outside the network \`${name}\` (${networkText(network)})`,
        fix: 'write the address of the router inside this network, or leave `gateway` out',
      });
    }
    return { ...network, gateways: gateways.map(({ address }) => address) };
  });
}

/** The part of a network that holds the address; undefined when none does. */
export function networkPart(network: ModelNetwork, address: Address): Network | undefined {
  const part = address.family === 4 ? network.ipv4 : network.ipv6;
  return part !== undefined && networkContains(part, address) ? part : undefined;
}

/** Whether the network holds the address. */
export function holdsAddress(network: ModelNetwork, address: Address): boolean {
  return networkPart(network, address) !== undefined;
}

/** `192.168.10.0/24 and fd00:10::/64`. */
export function networkText(network: ModelNetwork): string {
  return [network.ipv4, network.ipv6].flatMap((part) => (part === undefined ? [] : [part.text])).join(' and ');
}
