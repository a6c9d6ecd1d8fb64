import type { Address } from '../base/address.ts';
import type { Model } from '../model/model.ts';
import { directive } from '../syntax/nginx.ts';
import type { NginxNode } from '../syntax/nginx.ts';
import type { NginxFeatures } from './nginx-features.ts';

/** The addresses servers listen on, as NGINX writes them (`*`, `[::]`, `192.0.2.1`, `[2001:db8::1]`). */
export interface ListenAddresses {
  /** Wildcards, loopback and every VIP: what a refusing server must name. */
  readonly all: readonly string[];
  /** VIP name -> its addresses. */
  readonly ofVip: ReadonlyMap<string, readonly string[]>;
}

/**
 * Every server listens on loopback too: there a balancer that holds no VIP can be asked for its sites. NGINX binds only
 * the wildcards and tells the VIPs apart after accepting, so it starts on a balancer that holds none of them.
 */
export const loopback = '127.0.0.1';

/** Every address of the host. IPv6 is listened on only when a VIP has it: a host without IPv6 refuses `[::]`. */
export function wildcardAddresses(model: Model): readonly string[] {
  return model.vips.some((vip) => vip.ipv6 !== undefined) ? ['*', '[::]'] : ['*'];
}

/** Finds the addresses. */
export function listenAddresses(model: Model): ListenAddresses {
  const ofVip = new Map(
    model.vips.map((vip) => {
      const addresses = vip.ipv6 === undefined ? [vip.ipv4] : [vip.ipv4, vip.ipv6];
      return [vip.name, addresses.map(listenText)];
    }),
  );
  return { all: [...wildcardAddresses(model), loopback, ...ofVip.values()].flat(), ofVip };
}

/** The addresses a site answers on: its VIPs and loopback. */
export function siteAddresses(addresses: ListenAddresses, vips: readonly string[]): readonly string[] {
  return [...vips.flatMap((vip) => addresses.ofVip.get(vip) ?? []), loopback];
}

/** NGINX's own queue is 511 long (NGX_LISTEN_BACKLOG), whatever the kernel allows; what finds no room waits a second for its next SYN. */
const backlog = 'backlog=16384';

/** A socket of its own has its queue; the others are told apart after accepting. */
function queueOf(address: string, words: readonly string[]): readonly string[] {
  return words.includes('default_server') && ['*', '[::]'].includes(address) ? [backlog] : [];
}

/** `listen` on each address in plain HTTP. `words` go behind the port. */
export function plainListens(addresses: readonly string[], ...words: readonly string[]): readonly NginxNode[] {
  return addresses.map((address) => directive('listen', `${address}:80`, ...words, ...queueOf(address, words)));
}

/** `listen` on each address with TLS and HTTP/2. */
export function tlsListens(
  features: NginxFeatures,
  addresses: readonly string[],
  ...words: readonly string[]
): readonly NginxNode[] {
  const protocols = features.http2 === 'listen' ? ['ssl', 'http2'] : ['ssl'];
  const listens = addresses.map((address) =>
    directive('listen', `${address}:443`, ...protocols, ...words, ...queueOf(address, words)),
  );
  return features.http2 === 'directive' ? [...listens, directive('http2', 'on')] : listens;
}

/** An address as `listen` and `server` write it. */
export function listenText(address: Address): string {
  return address.family === 6 ? `[${address.text}]` : address.text;
}
