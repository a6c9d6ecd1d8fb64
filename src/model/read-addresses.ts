import { compareAddresses, parseAddress, unusableAddress } from '../base/address.ts';
import type { Address } from '../base/address.ts';
import type { Path } from '../spec/edge-document.ts';
import type { Report } from './findings.ts';

/** An address and where it stands in the file. */
export interface PlacedAddress {
  readonly address: Address;
  readonly path: Path;
}

/** Where addresses stand and whose they are, for messages. */
export interface AddressOwner {
  readonly path: Path;
  /** "the host `lb1`". */
  readonly of: string;
}

/** One address or a list of them as it was written: IPv4 first, at most one of each family. */
export function readAddresses(
  written: string | readonly string[] | undefined,
  { path, of }: AddressOwner,
  report: Report,
): readonly PlacedAddress[] {
  const texts = written === undefined ? [] : typeof written === 'string' ? [written] : written;
  const placed = texts.flatMap((text, index): readonly PlacedAddress[] => {
    const address = parseAddress(text);
    return address === undefined ? [] : [{ address, path: typeof written === 'string' ? path : [...path, index] }];
  });
  for (const { address, path: at } of placed) {
    const reason = unusableAddress(address);
    if (reason === undefined) continue;
    report({
      code: 'EK421',
      path: at,
      part: 'value',
      message: `${address.text} is ${reason}; ${of} cannot have it`,
      fix: 'write the address that other machines reach it by',
    });
  }
  const first = new Map<number, Address>();
  for (const { address, path: at } of placed) {
    const other = first.get(address.family);
    if (other !== undefined) {
      report({
        code: 'EK410',
        path: at,
        part: 'value',
        message: `${of} has two IPv${address.family} addresses: ${other.text} and ${address.text}`,
        fix: 'keep one of them; an address list holds one IPv4 and one IPv6 address',
      });
    }
    first.set(address.family, other ?? address);
  }
  return placed.toSorted((a, b) => compareAddresses(a.address, b.address));
}
