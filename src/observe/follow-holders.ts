import type { Host } from '../hosts/host.ts';
import { pause } from '../hosts/pause.ts';
import type { Balancer, Model } from '../model/model.ts';
import { askInterfaces, silence, silentMs } from './ask-interfaces.ts';

/** What one balancer's kernel says. */
export interface BalancerHolding {
  readonly balancer: string;
  /** Addresses on its interface; undefined: it does not answer. */
  readonly addresses: ReadonlySet<string> | undefined;
}

interface HoldersQuestion {
  readonly model: Model;
  readonly hosts: ReadonlyMap<string, Host>;
  readonly onHolding: (holding: BalancerHolding) => void;
  readonly signal: AbortSignal;
}

/** A balancer that is dead sends no news, so it is asked from time to time. Milliseconds. */
const heartbeatMs = 2_000;
/** Until the news of a balancer whose connection was lost are asked for again. Milliseconds. */
const againMs = 1_000;

/**
 * Tells what each balancer holds, within milliseconds of a change: the kernel's own news (`ip monitor address`, ip-monitor(8)) say
 * when to look. Resolves when the signal fires. A balancer that does not answer is no error.
 */
export async function followHolders({ model, hosts, onHolding, signal }: HoldersQuestion): Promise<void> {
  const looks = model.balancers.flatMap((balancer) => {
    const host = hosts.get(balancer.name);
    if (host === undefined) return [];
    const tell = (addresses: ReadonlySet<string> | undefined): void => {
      if (!signal.aborted) onHolding({ balancer: balancer.name, addresses });
    };
    const look = oneAtATime(async () => {
      // One that takes long is called silent meanwhile.
      const grumble = setTimeout(() => tell(undefined), silentMs);
      const addresses = await addressesOf(host, balancer).finally(() => clearTimeout(grumble));
      tell(addresses);
    });
    return [{ balancer, host, look }];
  });
  // What one balancer gained another has lost: all are asked. A bug is thrown by the next beat as well.
  const onNews = (): void => {
    for (const { look } of looks) void look().catch(() => undefined);
  };
  await Promise.all(
    looks.flatMap(({ balancer, host, look }) => [followNews(host, { balancer, onNews, signal }), beat(look, signal)]),
  );
}

async function beat(look: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await look();
    await pause(heartbeatMs, signal);
  }
}

interface News {
  readonly balancer: Balancer;
  readonly onNews: () => void;
  readonly signal: AbortSignal;
}

async function followNews(host: Host, { balancer, onNews, signal }: News): Promise<void> {
  while (!signal.aborted) {
    const argv = ['ip', '-o', 'monitor', 'address', 'dev', balancer.interface] as const;
    // What changed before it began to listen is found by the look at its begin.
    await host.follow({ argv: [...argv], as: 'login', onBegin: onNews, onLine: onNews, signal }).catch(silence);
    await pause(againMs, signal);
  }
}

async function addressesOf(host: Host, balancer: Balancer): Promise<ReadonlySet<string> | undefined> {
  const interfaces = await askInterfaces(host, balancer);
  return interfaces && new Set(interfaces.flatMap((one) => one.addresses.map(({ address }) => address)));
}

/** Work that never runs twice at once; asked for while it runs, it runs once more. */
function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let again = false;
  return async () => {
    if (running !== undefined) {
      again = true;
      return running;
    }
    running = (async () => {
      do {
        again = false;
        await work();
      } while (again);
    })().finally(() => {
      running = undefined;
    });
    return running;
  };
}
