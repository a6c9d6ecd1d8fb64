import { listOf, memberOf, parseJson, textOf } from './status-json.ts';

/** Reads `arping` of iputils: every MAC that answered, lower case, in the order they first did. */
export function parseArping(text: string): readonly string[] {
  const macs = [...text.matchAll(/reply from \S+ \[([0-9A-Fa-f:]{17})\]/g)].map((match) =>
    (match[1] ?? '').toLowerCase(),
  );
  return [...new Set(macs)];
}

/** An entry of the kernel's neighbour table (ARP and NDP). */
export interface Neighbour {
  readonly address: string;
  readonly mac: string;
  /** `REACHABLE`, `STALE`, `DELAY`, `PROBE`, `FAILED`, ... (ip-neighbour(8)). */
  readonly state: string;
}

/** Reads `ip -j neigh show`. Entries without a MAC are left out. */
export function parseNeighbours(text: string): readonly Neighbour[] {
  return listOf(parseJson(text)).flatMap((entry) => {
    const mac = textOf(entry, 'lladdr').toLowerCase();
    const state = listOf(entry, 'state').find((item) => typeof item === 'string');
    if (mac === '') return [];
    return [{ address: textOf(entry, 'dst'), mac, state: typeof state === 'string' ? state : '' }];
  });
}

/** How a host would send to an address: through which interface, and through which gateway if it is not on the link. */
export interface RouteTo {
  readonly device: string;
  readonly gateway: string | undefined;
}

/** Reads `ip -j route get ADDRESS`; undefined when there is no route. */
export function parseRouteTo(text: string): RouteTo | undefined {
  const [route] = listOf(parseJson(text));
  const device = textOf(route, 'dev');
  if (device === '') return undefined;
  const gateway = textOf(route, 'gateway') || textOf(memberOf(route, 'via'), 'host');
  return { device, gateway: gateway === '' ? undefined : gateway };
}

/** Addresses and MACs of a host's interfaces. */
export interface LinkAddresses {
  readonly addresses: readonly string[];
  readonly macs: readonly string[];
}

/**
 * Reads `ip -j addr show`. The loopback is left out: an address there is not announced to the network, so it makes
 * nobody a holder. Addresses whose duplicate detection failed (RFC 4862) are left out for the same reason.
 */
export function parseLinkAddresses(text: string): LinkAddresses {
  const links = listOf(parseJson(text)).filter((link) => textOf(link, 'link_type') !== 'loopback');
  return {
    addresses: links
      .flatMap((link) => listOf(link, 'addr_info'))
      .filter((info) => memberOf(info, 'dadfailed') !== true)
      .map((info) => textOf(info, 'local'))
      .filter((address) => address !== ''),
    macs: links.map((link) => textOf(link, 'address').toLowerCase()).filter((mac) => mac !== ''),
  };
}
