import { isObject, objectsOf, parseJson, textAt } from './fields.ts';

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
  return objectsOf(parseJson(text)).flatMap((entry) => {
    const mac = textAt(entry, 'lladdr').toLowerCase();
    const states = entry['state'];
    const state: unknown = Array.isArray(states) ? states[0] : undefined;
    if (mac === '') return [];
    return [{ address: textAt(entry, 'dst'), mac, state: typeof state === 'string' ? state : '' }];
  });
}

/**
 * Reads a line of `ip monitor neigh`: `192.0.2.1 dev eth0 lladdr 02:00:00:00:00:01 REACHABLE`. One that was deleted, that
 * failed or is only being asked for has no MAC (empty). Undefined for a line that tells of no neighbour.
 */
export function parseNeighbourEvent(line: string): Pick<Neighbour, 'address' | 'mac'> | undefined {
  const match = /^(Deleted )?([0-9a-f.:]+) dev \S+(?: lladdr ([0-9a-f:]{17}))?/.exec(line);
  if (match === null) return undefined;
  const [, deleted, address = '', mac = ''] = match;
  return { address, mac: deleted === undefined && !/ (FAILED|INCOMPLETE)\b/.test(line) ? mac : '' };
}

/** How a host would send to an address: through which interface, and through which gateway if it is not on the link. */
export interface RouteTo {
  readonly device: string;
  readonly gateway: string | undefined;
}

/** Reads `ip -j route get ADDRESS`; undefined when there is no route. */
export function parseRouteTo(text: string): RouteTo | undefined {
  const [route] = objectsOf(parseJson(text));
  const device = route === undefined ? '' : textAt(route, 'dev');
  if (route === undefined || device === '') return undefined;
  const via = route['via'];
  const gateway = textAt(route, 'gateway') || (isObject(via) ? textAt(via, 'host') : '');
  return { device, gateway: gateway === '' ? undefined : gateway };
}
