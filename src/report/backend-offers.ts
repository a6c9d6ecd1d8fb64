import type { EdgeView, OperationRow, Topology, ViewTables } from './edge-view.ts';
import { offerRow } from './offer-row.ts';

/** What is drained and undrained by one name: a place, or all places of a host that was drained by its own name. */
interface BackendName {
  readonly name: string;
  readonly places: Set<string>;
  readonly pools: Set<string>;
}

/**
 * What can be done now with each backend, in the order of the file.
 *
 * | drained on       | offered                                             |
 * |------------------|-----------------------------------------------------|
 * | no balancer      | drain                                               |
 * | some balancers   | undrain, and drain: the others were not told so far |
 * | every balancer   | undrain                                             |
 */
export function backendTurns({ pools }: Topology, view: EdgeView): readonly OperationRow[] {
  const drained = new Set(view.balancers.flatMap(({ drainedBackends }) => drainedBackends));
  const names = backendNames(pools, drained);
  const upOf = upByPool(view.backends, drained);
  return names.flatMap((backend) => {
    const lacking = view.balancers.filter(({ drainedBackends }) => !drainsAll(drainedBackends, backend));
    const drainedOn = view.balancers.length - lacking.length;
    const undrain = undrainRow(backend);
    if (drainedOn > 0 && lacking.length === 0) return [undrain];
    const drain = drainRow(backend, { upOf, lacking, drainedOn });
    return drainedOn > 0 ? [undrain, drain] : [drain];
  });
}

function backendNames(pools: Topology['pools'], drained: ReadonlySet<string>): readonly BackendName[] {
  const names = new Map<string, BackendName>();
  for (const { name: pool, backends } of pools) {
    for (const backend of backends) {
      const place = placeOf(backend);
      const name = drained.has(backend.name) && !drained.has(place) ? backend.name : place;
      const known = names.get(name) ?? { name, places: new Set(), pools: new Set() };
      known.places.add(place);
      known.pools.add(pool);
      names.set(name, known);
    }
  }
  return [...names.values()];
}

/** The places of each pool that take new clients. Gathered once: an edge with a thousand rows of backends asks for each of them, with each look. */
function upByPool(
  backends: EdgeView['backends'],
  drained: ReadonlySet<string>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const upOf = new Map<string, Set<string>>();
  for (const row of backends) {
    // One that is drained is well, and takes no new client all the same.
    if (!row.up || drained.has(placeOf(row)) || drained.has(row.name)) continue;
    const up = upOf.get(row.pool) ?? new Set<string>();
    upOf.set(row.pool, up.add(placeOf(row)));
  }
  return upOf;
}

function drainsAll(drained: readonly string[], { places }: BackendName): boolean {
  return [...places].every((place) => drained.includes(place) || drained.includes(hostOf(place)));
}

function undrainRow({ name, pools }: BackendName): OperationRow {
  return offerRow({
    does: 'undrain',
    subject: name,
    target: '',
    title: `Undrain ${name}`,
    effects: [`New clients of ${[...pools].join(', ')} are sent to it again, by every balancer, without a reload.`],
    promisedMs: 0,
    refusal: undefined,
  });
}

interface DrainState {
  readonly upOf: ReadonlyMap<string, ReadonlySet<string>>;
  /** Balancers that do not drain it; those that do not answer are among them. */
  readonly lacking: readonly ViewTables['balancers'][];
  /** How many drain it. */
  readonly drainedOn: number;
}

function drainRow({ name, places, pools }: BackendName, { upOf, lacking, drainedOn }: DrainState): OperationRow {
  const emptied = [...pools].filter((pool) => leavesNothing(upOf.get(pool), places));
  const hosts = lacking.map(({ host }) => host).join(' and ');
  const silent = drainedOn > 0 && lacking.every(({ reachable }) => !reachable);
  return offerRow({
    does: 'drain',
    subject: name,
    target: '',
    title: `Drain ${name}`,
    effects: [
      drainedOn > 0 ? `It is drained, but not on ${hosts}, as far as is seen. This tells every balancer again.` : '',
      `New clients of ${[...pools].join(', ')} are sent elsewhere by every balancer, without a reload; requests under way end normally.`,
      'Clients with its cookie stay on it.',
    ],
    promisedMs: 0,
    refusal: silent
      ? `${hosts} ${lacking.length === 1 ? 'does' : 'do'} not answer`
      : emptied.length > 0
        ? `${emptied.join(' and ')} would have no other backend that is up`
        : undefined,
  });
}

/** How a backend is named, as `drain` takes it. */
function placeOf({ name, port }: { readonly name: string; readonly port: number }): string {
  return `${name}:${port}`;
}

function hostOf(place: string): string {
  return place.slice(0, place.lastIndexOf(':'));
}

/** Whether a pool has no place that is up but these. */
function leavesNothing(up: ReadonlySet<string> | undefined, places: ReadonlySet<string>): boolean {
  return up === undefined || (up.size <= places.size && [...up].every((place) => places.has(place)));
}
