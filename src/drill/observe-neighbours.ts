import type { HolderRecord } from '../facts/drill-records.ts';
import { parseNeighbourEvent, parseNeighbours } from '../facts/vip-sighting.ts';
import { startLineProcess } from '../hosts/line-process.ts';
import { runLocal } from '../hosts/process.ts';
import { type VipAddress, vipAddresses } from '../model/vip-addresses.ts';
import type { Model } from '../model/model.ts';
import { drillNow, type Watcher } from './wait-until.ts';

/** A neighbour table on this computer: its own, or that of a network namespace. */
export type NeighbourPlace = { readonly kind: 'here' } | { readonly kind: 'namespace'; readonly namespace: string };

/**
 * Ends with its standard input, as a line process must: `ip monitor` would run on when we are killed. Arguments: those of
 * `ip`.
 */
const monitorScript = `ip "$@" & child=$!
trap 'kill "$child" 2>/dev/null' EXIT TERM
cat > /dev/null`;

interface NeighbourWatch {
  readonly model: Model;
  /** Which VIPs to look for. */
  readonly vips: readonly string[];
  readonly place: NeighbourPlace;
  /** The balancers' names by MAC; kept up to date by `watchHolders`. */
  readonly macs: ReadonlyMap<string, string>;
  readonly onRecord: (record: HolderRecord) => void;
}

/**
 * Writes down whom a neighbour on the VIPs' network sends to, as its kernel tells of each change (ip-monitor(8)). A MAC
 * that no balancer is known by stands as it is. Throws `tool-missing`.
 */
export async function watchNeighbours({ model, vips, place, macs, onRecord }: NeighbourWatch): Promise<Watcher> {
  const words = place.kind === 'here' ? [] : ['-netns', place.namespace];
  const wanted = vipAddresses(model).filter(({ vip }) => vips.includes(vip.name));
  const known = new Map<string, string>();
  const written = new Map<string, string>();
  const tell = (address: string, mac: string): void => {
    const found = wanted.find((one) => one.address.text === address);
    if (found === undefined) return;
    known.set(address, mac);
    const holders = holdersOf(found.vip.name, { wanted, known, macs });
    if (written.get(found.vip.name) === holders.join()) return;
    written.set(found.vip.name, holders.join());
    onRecord({ kind: 'holder', vip: found.vip.name, at: drillNow(), seen: 'neighbours', holders, silent: [] });
  };
  const process = await startLineProcess({
    argv: ['sh', '-c', monitorScript, 'evenkeel-neighbours', ...words, 'monitor', 'neigh'],
    onLine: (line) => {
      const event = parseNeighbourEvent(line);
      if (event !== undefined) tell(event.address, event.mac);
    },
  });
  const now = await runLocal({ argv: ['ip', ...words, '-j', 'neigh', 'show'], terminal: 'shielded' });
  for (const { address, mac, state } of parseNeighbours(now.stdout)) {
    if (!known.has(address)) tell(address, state === 'FAILED' ? '' : mac);
  }
  return {
    stop: async () => {
      await process.end(1000);
    },
  };
}

function holdersOf(
  vip: string,
  seen: {
    readonly wanted: readonly VipAddress[];
    readonly known: ReadonlyMap<string, string>;
    readonly macs: ReadonlyMap<string, string>;
  },
): readonly string[] {
  const own = seen.wanted.filter((one) => one.vip.name === vip);
  const found = own.flatMap(({ address }) => {
    const mac = seen.known.get(address.text) ?? '';
    return mac === '' ? [] : [seen.macs.get(mac) ?? mac];
  });
  return [...new Set(found)].sort();
}
