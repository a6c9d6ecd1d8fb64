import { parseArping, parseNeighbours, parseRouteTo } from '../facts/vip-sighting.ts';
import type { VipSighting } from '../facts/status-facts.ts';
import type { Host } from '../hosts/host.ts';
import type { VipAddress } from '../model/vip-addresses.ts';
import { ask, printed } from './status-ask.ts';

/**
 * Which MACs answer for each VIP, asked from one host on its network. For IPv4 `arping -b` asks everybody twice, so
 * that a second holder shows itself. For IPv6, and where arping is missing, the neighbour table is read; ask for it
 * after something was sent to the address, or the table is empty.
 */
export async function seeVips(options: {
  readonly observer: Host;
  readonly tools: ReadonlySet<string>;
  readonly vips: readonly VipAddress[];
}): Promise<readonly VipSighting[]> {
  const { observer, tools } = options;
  return Promise.all(options.vips.map((vip) => seeVip({ observer, tools, vip })));
}

async function seeVip(options: {
  readonly observer: Host;
  readonly tools: ReadonlySet<string>;
  readonly vip: VipAddress;
}): Promise<VipSighting> {
  const { observer, tools } = options;
  const { family, text } = options.vip.address;
  const route = parseRouteTo(printed(await ask(observer, { argv: ['ip', '-j', 'route', 'get', text] })));
  if (route === undefined) return unseen(text, `${observer.name} has no route to it`);
  if (route.gateway !== undefined) {
    return unseen(text, `${observer.name} is on another network (through ${route.gateway})`);
  }
  if (route.device === 'lo') return unseen(text, `${observer.name} holds it itself`);
  if (family === 4 && tools.has('arping')) {
    const asked = await ask(observer, { argv: ['arping', '-b', '-c', '2', '-w', '2', '-I', route.device, text] });
    if (asked.kind === 'silent') return unseen(text, asked.reason);
    return { address: text, method: 'arping', macs: parseArping(asked.outcome.stdout), reason: '' };
  }
  const asked = await ask(observer, { argv: ['ip', '-j', 'neigh', 'show', 'dev', route.device] });
  const entry = parseNeighbours(printed(asked)).find((neighbour) => neighbour.address === text);
  const macs = entry === undefined || entry.state === 'FAILED' ? [] : [entry.mac];
  return { address: text, method: 'neighbour', macs, reason: '' };
}

function unseen(address: string, reason: string): VipSighting {
  return { address, method: 'none', macs: [], reason };
}
