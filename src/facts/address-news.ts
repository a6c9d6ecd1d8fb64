import { parseAddress } from '../base/address.ts';

/** A change of the addresses of an interface. */
export interface AddressNews {
  readonly address: string;
  /** Whether it is there now. */
  readonly isThere: boolean;
}

/**
 * Reads a line of `ip -o monitor address` (ip-monitor(8)): `2: eth0    inet 192.0.2.1/32 scope global eth0\\ ...`, with `Deleted `
 * before it when the address went. Undefined for a line that tells of no address.
 */
export function parseAddressNews(line: string): AddressNews | undefined {
  const [, deleted, text = ''] = /^(Deleted )?\d+: \S+ +inet6? ([0-9a-f.:]+)\//.exec(line) ?? [];
  const address = parseAddress(text);
  return address && { address: address.text, isThere: deleted === undefined };
}
