import { parseAddress } from './address.ts';

/** Whether a host name or address is this very computer's (RFC 6761 section 6.3, RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3). */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  const address = parseAddress(name);
  return address !== undefined && (address.text === '::1' || (address.family === 4 && address.text.startsWith('127.')));
}
