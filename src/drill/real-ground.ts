import { parseRouteTo } from '../facts/vip-sighting.ts';
import type { Host } from '../hosts/host.ts';
import { runLocal } from '../hosts/process.ts';
import type { Model } from '../model/model.ts';
import type { Causer } from './causer.ts';
import type { DrillGround } from './drill-ground.ts';
import type { LoadOrder } from './load-stream.ts';
import { forgetReturns } from './forget-returns.ts';
import { askHosts } from './observe-holders.ts';
import { openProbe } from './open-probe.ts';
import { watchEdge } from './watch-edge.ts';

interface RealGround {
  readonly model: Model;
  readonly hosts: ReadonlyMap<string, Host>;
  readonly causer: Causer;
  readonly order: LoadOrder;
  /** VIPs that are neighbours of this computer (`nearVips`). */
  readonly near: readonly string[];
}

/** The real hosts: the load comes from this computer. */
export function realGround({ model, hosts, causer, order, near }: RealGround): DrillGround {
  return {
    causer,
    order,
    openProbe: (onRecord) => openProbe(order, { kind: 'here' }, onRecord),
    watch: async (onRecord, onBug) => {
      await forgetReturns(model, hosts);
      return watchEdge({
        model,
        hosts,
        ask: askHosts(hosts),
        neighbourhoods: near.length === 0 ? [] : [{ place: { kind: 'here' }, vips: near }],
        onRecord,
        onBug,
      });
    },
    // Nobody here sees a real machine's power; one that is gone shows itself by what fails.
    strays: () => Promise.resolve([]),
    revive: () => Promise.resolve(),
  };
}

/** VIPs on a network of this computer, so that its neighbour table tells who answers for them. */
export async function nearVips(model: Model): Promise<readonly string[]> {
  const near = await Promise.all(
    model.vips.map(async (vip) => {
      const argv = ['ip', '-j', 'route', 'get', vip.ipv4.text] as const;
      const route = parseRouteTo((await runLocal({ argv: [...argv], terminal: 'shielded' })).stdout);
      return route !== undefined && route.gateway === undefined && route.device !== 'lo' ? [vip.name] : [];
    }),
  );
  return near.flat();
}
