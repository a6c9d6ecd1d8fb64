import ipaddr from 'ipaddr.js';

/** 4 for IPv4, 6 for IPv6. */
export type Family = 4 | 6;

/** An IP address in its canonical text (RFC 5952 for IPv6). */
export interface Address {
  readonly family: Family;
  readonly text: string;
}

/** A network: its first address and prefix length, e.g. 192.168.10.0/24. */
export interface Network {
  readonly family: Family;
  /** The network's first address, canonical. */
  readonly base: string;
  readonly prefix: number;
  /** `base/prefix`. */
  readonly text: string;
}

/** Reads an IPv4 (four decimal parts) or IPv6 address; undefined when the text is neither. Zone ids are refused. */
export function parseAddress(text: string): Address | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return { family: 4, text: ipaddr.IPv4.parse(text).toString() };
  if (text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined;
  return { family: 6, text: ipaddr.IPv6.parse(text).toRFC5952String() };
}

/** Reads `address/prefix`. The host bits need not be zero; `base` has them cleared. Undefined when it is no network. */
export function parseNetwork(text: string): Network | undefined {
  const [addressText = '', prefixText = '', ...rest] = text.split('/');
  const address = parseAddress(addressText);
  if (address === undefined || rest.length > 0 || !/^\d{1,3}$/.test(prefixText)) return undefined;
  const prefix = Number(prefixText);
  if (prefix > (address.family === 4 ? 32 : 128)) return undefined;
  const base = networkBase(address, prefix);
  return { family: address.family, base, prefix, text: `${base}/${prefix}` };
}

/** The first address of the network that holds `address` with this prefix length. */
export function networkBase(address: Address, prefix: number): string {
  const bytes = addressBytes(address).map((byte, index) => byte & prefixMask(prefix - index * 8));
  return fromBytes(bytes).text;
}

/** Whether the address lies in the network. False for different families. */
export function networkContains(network: Network, address: Address): boolean {
  return network.family === address.family && networkBase(address, network.prefix) === network.base;
}

/** Orders addresses: IPv4 before IPv6, then by value. */
export function compareAddresses(a: Address, b: Address): number {
  if (a.family !== b.family) return a.family - b.family;
  const left = addressBytes(a);
  const right = addressBytes(b);
  for (const [index, byte] of left.entries()) {
    const difference = byte - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The address as 4 or 16 bytes, most significant first. */
export function addressBytes(address: Address): readonly number[] {
  return ipaddr.parse(address.text).toByteArray();
}

function prefixMask(bits: number): number {
  if (bits >= 8) return 0xff;
  return bits <= 0 ? 0 : (0xff << (8 - bits)) & 0xff;
}

/** The last address of a network; for IPv4 its broadcast address. */
export function lastAddress(network: Network): Address {
  const bytes = addressBytes({ family: network.family, text: network.base }).map(
    (byte, index) => byte | (~prefixMask(network.prefix - index * 8) & 0xff),
  );
  return fromBytes(bytes);
}

/** The address `offset` above the network's first one; undefined when it lies outside. `offset` is below 2^32. */
export function addressAt(network: Network, offset: number): Address | undefined {
  const bytes = [...addressBytes({ family: network.family, text: network.base })];
  let carry = offset;
  for (let index = bytes.length - 1; index >= 0 && carry > 0; index -= 1) {
    carry += bytes[index] ?? 0;
    bytes[index] = carry % 256;
    carry = Math.floor(carry / 256);
  }
  const address = fromBytes(bytes);
  return carry === 0 && networkContains(network, address) ? address : undefined;
}

/** Why no machine can have this address; undefined when one can. RFC 6890 (special-purpose addresses). */
export function unusableAddress(address: Address): string | undefined {
  const range = ipaddr.parse(address.text).range();
  switch (range) {
    case 'unspecified':
      return 'the unspecified address';
    case 'loopback':
      return 'a loopback address';
    case 'multicast':
      return 'a multicast address';
    case 'linkLocal':
      return 'a link-local address';
    case 'broadcast':
      return 'the broadcast address';
    case 'ipv4Mapped':
      return 'an IPv4 address in IPv6 form';
    default:
      return undefined;
  }
}

function fromBytes(bytes: readonly number[]): Address {
  const parsed = ipaddr.fromByteArray([...bytes]);
  if (parsed instanceof ipaddr.IPv6) return { family: 6, text: parsed.toRFC5952String() };
  return { family: 4, text: parsed.toString() };
}

/** A host name, or an address as text, as it stands in a URL (RFC 3986, section 3.2.2). */
export function urlHost(name: string): string {
  return name.includes(':') ? `[${name}]` : name;
}
