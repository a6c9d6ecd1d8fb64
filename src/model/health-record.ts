/** The Host header by which a nameserver asks a VIP whether its balancer can serve; NGINX answers `OK`. */
export const healthHost = 'up.evenkeel';

/**
 * The content of a health-aware LUA record (PowerDNS `ifurlup`): every address that answers `OK`, and all of them when
 * none does (fail open). URL and options are the same for every name, so that PowerDNS checks each address once however
 * many names there are; PowerDNS 5 takes option values as strings only. The addresses must be checked addresses of one
 * family: this text is code that the nameserver runs. DNS has room for 255 octets, which is left to the caller.
 */
export function healthRecordContent(addresses: readonly string[]): string {
  const list = addresses.map((address) => `'${address}'`).join(',');
  return `ifurlup('http://${healthHost}/',{${list}},{selector='all',backupSelector='all',timeout='1',stringmatch='OK',useragent='evenkeel'})`;
}

/** Longest content of a health-aware record: one character string of DNS (RFC 1035 section 3.3). */
export const maxHealthRecordOctets = 255;
