import { networkBase, parseAddress } from '../../base/address.ts';

/** A network of one person, as providers deal them out (RFC 6177). Bits. */
const personPrefix = 64;

/** The address of a client as it is written down: an IPv4 address that came in IPv6 form is that address. */
export function clientAddress(remote: string | undefined): string {
  const text = (remote ?? '').replace(/^::ffff:(?=\d+\.)/, '').replace(/%.*$/, '');
  return parseAddress(text)?.text ?? 'unknown';
}

/** What guesses are counted by: the address, for IPv6 the network of which one person has every address. */
export function guessOrigin(address: string): string {
  const parsed = parseAddress(address);
  if (parsed === undefined || parsed.family === 4) return address;
  return `${networkBase(parsed, personPrefix)}/${personPrefix}`;
}
