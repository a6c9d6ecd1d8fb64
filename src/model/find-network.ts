import { lastAddress, unusableAddress } from '../base/address.ts';
import type { Address, Network } from '../base/address.ts';
import type { Path } from '../spec/edge-document.ts';
import { listed } from '../spec/nearest.ts';
import type { Report } from './findings.ts';
import type { ModelNetwork } from './model.ts';
import type { PlacedAddress } from './read-addresses.ts';
import { holdsAddress, networkPart, networkText } from './resolve-networks.ts';
import { unknownName } from './unknown-name.ts';

/** Somebody with addresses who belongs into a network. */
export interface NetworkSeeker {
  /** "the host `lb1`". */
  readonly owner: string;
  readonly path: Path;
  readonly placed: readonly PlacedAddress[];
  /** The network the person named. */
  readonly wanted: string | undefined;
  /** The key that holds the addresses, when it is not `address`. */
  readonly key?: string;
}

/** The network of a host: the one it names, else the only one that holds its addresses. Reports what does not fit. */
export function findNetwork(
  { owner, path, placed, wanted, key = 'address' }: NetworkSeeker,
  networks: readonly ModelNetwork[],
  report: Report,
): ModelNetwork | undefined {
  for (const { address, path: at } of placed) reportEdgeAddress(address, at, { networks, report });
  if (wanted !== undefined) {
    const named = networks.find(({ name }) => name === wanted);
    if (named === undefined) {
      report(
        unknownName({
          noun: 'network',
          name: wanted,
          known: networks.map(({ name }) => name),
          path: [...path, 'network'],
        }),
      );
      return undefined;
    }
    for (const { address, path: at } of placed) {
      if (holdsAddress(named, address)) continue;
      report({
        code: 'EK403',
        path: at,
        part: 'value',
        message: `${address.text} is outside the network \`${wanted}\` (${networkText(named)}) that ${owner} names`,
        fix: 'correct the address, or the name of the network',
      });
    }
    return named;
  }
  // That nobody can have an address was said already.
  if (placed.length === 0 || placed.some(({ address }) => unusableAddress(address) !== undefined)) return undefined;
  const holding = networks.filter((network) => placed.every(({ address }) => holdsAddress(network, address)));
  if (holding.length > 1) {
    report({
      code: 'EK402',
      path: [...path, key],
      part: 'value',
      message: `${owner} is in several networks: ${listed(holding.map(({ name }) => name))}`,
      fix: `say which with \`network: ${holding[0]?.name}\``,
    });
  }
  if (holding.length > 0) return holding[0];
  const stray = placed.find(({ address }) => !networks.some((network) => holdsAddress(network, address)));
  report(
    stray === undefined
      ? {
          code: 'EK401',
          path: [...path, key],
          part: 'value',
          message: `the addresses of ${owner} are in different networks`,
          fix: 'give it addresses of one network, which may have both `ipv4` and `ipv6`',
        }
      : {
          code: 'EK401',
          path: stray.path,
          part: 'value',
          message: `${stray.address.text} of ${owner} is in no network of this file (${networks.map((network) => `${network.name}: ${networkText(network)}`).join('; ')})`,
          fix: 'correct the address, or add its network under `networks`',
        },
  );
  return undefined;
}

/** Where to look and where to say. */
interface Surroundings {
  readonly networks: readonly ModelNetwork[];
  readonly report: Report;
}

/** Reports an address that is the first or last one of its network. /31, /32, /127 and /128 have no such (RFC 3021, RFC 6164). */
export function reportEdgeAddress(address: Address, path: Path, { networks, report }: Surroundings): void {
  for (const network of networks) {
    const part = networkPart(network, address);
    const reason = part === undefined ? undefined : edgeReason(part, address);
    if (part === undefined || reason === undefined) continue;
    report({
      code: 'EK404',
      path,
      part: 'value',
      message: `${address.text} is ${reason} ${part.text}; no machine can have it`,
      fix: 'choose an address between the first and the last one',
    });
    return;
  }
}

function edgeReason(network: Network, address: Address): string | undefined {
  if (network.prefix >= (network.family === 4 ? 31 : 127)) return undefined;
  if (address.text === network.base) {
    // For IPv6 it is the subnet-router anycast address (RFC 4291 section 2.6.1).
    return network.family === 4 ? 'the address of the network' : 'the router anycast address of';
  }
  return network.family === 4 && address.text === lastAddress(network).text ? 'the broadcast address of' : undefined;
}
