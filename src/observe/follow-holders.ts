import { parseAddressNews } from '../facts/address-news.ts';
import { beatingCommand } from '../hosts/beating-command.ts';
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

/** So often a balancer is heard of while it has no news. Seconds. */
const beatSeconds = 1;
/** One that was not heard of for so long is asked: a dead one sends no news. Milliseconds. */
const quietMs = 1_500;
/** So often it is seen whether one is to be asked. Milliseconds. */
const watchMs = 500;
/** So often one is asked that does not answer, or sends no news. Milliseconds. */
const heartbeatMs = 2_000;
/** One that is heard of is asked all the same, should the kernel have lost news: netlink(7) drops them when a reader is slow. Milliseconds. */
const certaintyMs = 30_000;
/** Until the news of a balancer whose connection was lost are asked for again. Milliseconds. */
const againMs = 1_000;

/**
 * Tells what each balancer holds, within milliseconds of a change: the kernel's own news (`ip monitor address`, ip-monitor(8)) are
 * told as they come, and all balancers are asked then. One that has no news says so each second, and is asked when it does not.
 * Resolves when the signal fires. A balancer that does not answer is no error.
 */
export async function followHolders({ model, hosts, onHolding, signal }: HoldersQuestion): Promise<void> {
  const watches = model.balancers.flatMap((balancer) => {
    const host = hosts.get(balancer.name);
    if (host === undefined) return [];
    const tell = (addresses: ReadonlySet<string> | undefined): void => {
      if (!signal.aborted) onHolding({ balancer: balancer.name, addresses });
    };
    return [watchBalancer(host, { balancer, tell })];
  });
  // What one balancer gained another has lost, and a dead one can't say so. A bug is thrown by the next beat as well.
  const askAll = (): void => {
    for (const { look } of watches) void look().catch(() => undefined);
  };
  await Promise.all(watches.flatMap((watch) => [followNews(watch, askAll, signal), beat(watch, signal)]));
}

/** One balancer, asked and listened to. */
interface BalancerWatch {
  readonly host: Host;
  readonly balancer: Balancer;
  /** Asks it, and tells the answer. */
  readonly look: () => Promise<void>;
  /** A line of its news: what it says is told at once, as far as it says anything. An empty one says that it is there. */
  readonly hear: (line: string) => void;
  /** It was heard of a moment ago, and what it holds is known for certain. */
  readonly isSure: () => boolean;
  /** News may have been missed, so what was known can't be brought up to date with those that come. */
  readonly forget: () => void;
}

interface Telling {
  readonly balancer: Balancer;
  readonly tell: (addresses: ReadonlySet<string> | undefined) => void;
}

function watchBalancer(host: Host, { balancer, tell }: Telling): BalancerWatch {
  let known: ReadonlySet<string> | undefined;
  let heard = 0;
  let heardAt = Number.NEGATIVE_INFINITY;
  let answeredAt = Number.NEGATIVE_INFINITY;
  const look = oneAtATime(async () => {
    // One that takes long is called silent meanwhile.
    const grumble = setTimeout(() => tell(undefined), silentMs);
    const heardBefore = heard;
    const addresses = await addressesOf(host, balancer).finally(() => clearTimeout(grumble));
    // The answer may be older than the news that came meanwhile; it is asked again because of them.
    if (heard !== heardBefore) return;
    known = addresses;
    answeredAt = performance.now();
    tell(addresses);
  });
  const hear = (line: string): void => {
    heardAt = performance.now();
    if (line === '') return;
    heard += 1;
    const news = parseAddressNews(line);
    if (news === undefined || known === undefined) return;
    const { address, isThere } = news;
    known = isThere ? new Set([...known, address]) : new Set([...known].filter((one) => one !== address));
    tell(known);
  };
  const forget = (): void => {
    heard += 1;
    known = undefined;
  };
  const isSure = (): boolean => {
    const now = performance.now();
    return known !== undefined && now - heardAt < quietMs && now - answeredAt < certaintyMs;
  };
  return { host, balancer, look, hear, forget, isSure };
}

async function beat({ look, isSure }: BalancerWatch, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    if (!isSure()) await look();
    await pause(isSure() ? watchMs : heartbeatMs, signal);
  }
}

async function followNews(
  { host, balancer, hear, forget }: BalancerWatch,
  askAll: () => void,
  signal: AbortSignal,
): Promise<void> {
  const argv = beatingCommand(['ip', '-o', 'monitor', 'address', 'dev', balancer.interface], beatSeconds);
  while (!signal.aborted) {
    const onBegin = (): void => {
      forget();
      askAll();
    };
    const onLine = (line: string): void => {
      hear(line);
      if (line !== '') askAll();
    };
    await host.follow({ argv, as: 'login', onBegin, onLine, signal }).catch(silence);
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
