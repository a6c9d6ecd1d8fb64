import type { DrillRecord } from '../facts/drill-records.ts';
import type { Host } from '../hosts/host.ts';
import type { Model } from '../model/model.ts';
import { watchBackends } from './observe-backends.ts';
import { type AskInterfaces, watchHolders } from './observe-holders.ts';
import { type NeighbourPlace, watchNeighbours } from './observe-neighbours.ts';
import type { Watcher } from './wait-until.ts';

/** A neighbour table, and the VIPs that are neighbours there. */
export interface Neighbourhood {
  readonly place: NeighbourPlace;
  readonly vips: readonly string[];
}

interface EdgeWatch {
  readonly model: Model;
  readonly hosts: ReadonlyMap<string, Host>;
  readonly ask: AskInterfaces;
  readonly neighbourhoods: readonly Neighbourhood[];
  readonly onRecord: (record: DrillRecord) => void;
  readonly onBug: (error: unknown) => void;
}

/** Looks at holders, neighbours and backends until stopped. Throws `tool-missing` when this computer has no `ip`. */
export async function watchEdge({ neighbourhoods, ...watch }: EdgeWatch): Promise<Watcher> {
  const holders = watchHolders(watch);
  const backends = watchBackends({ ...watch, silent: holders.silent });
  // Neighbours are told by MAC: without the balancers' own they would be strangers.
  await holders.complete;
  const neighbours = await Promise.allSettled(
    neighbourhoods.map((place) => watchNeighbours({ ...watch, ...place, macs: holders.macs })),
  );
  const watchers = [
    holders,
    backends,
    ...neighbours.flatMap((settled) => (settled.status === 'fulfilled' ? [settled.value] : [])),
  ];
  const stop = async (): Promise<void> => {
    await Promise.all(watchers.map((watcher) => watcher.stop()));
  };
  for (const settled of neighbours) {
    if (settled.status === 'fulfilled') continue;
    await stop();
    throw settled.reason;
  }
  return { stop };
}
