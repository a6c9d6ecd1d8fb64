import type { HolderRecord } from '../facts/drill-records.ts';
import type { InterfaceFacts } from '../facts/host-facts.ts';
import type { Host } from '../hosts/host.ts';
import type { Balancer, Model } from '../model/model.ts';
import { askInterfaces, silentMs } from '../observe/ask-interfaces.ts';
import { drillNow, repeatedly, type Watcher } from './wait-until.ts';

/** Asks one balancer for its interfaces; undefined when it does not answer. */
export type AskInterfaces = (balancer: Balancer) => Promise<readonly InterfaceFacts[] | undefined>;

/** What the balancers say of themselves, kept up to date. */
export interface BalancerViews {
  /** The balancer's name by the MAC of its interface, lower case. */
  readonly macs: ReadonlyMap<string, string>;
  /** Balancers that do not answer now. */
  readonly silent: ReadonlySet<string>;
  /** Resolves when every balancer has answered or was called silent. */
  readonly complete: Promise<undefined>;
}

const everyMs = 200;
/** Asks over the balancers' own SSH. */
export function askHosts(hosts: ReadonlyMap<string, Host>): AskInterfaces {
  return async (balancer) => {
    const host = hosts.get(balancer.name);
    return host === undefined ? undefined : askInterfaces(host, balancer);
  };
}

interface HolderWatch {
  readonly model: Model;
  readonly ask: AskInterfaces;
  readonly onRecord: (record: HolderRecord) => void;
  readonly onBug: (error: unknown) => void;
}

/**
 * Asks every balancer on its own, five times a second and never twice at once, and writes down who holds each VIP
 * whenever that changes. The balancers are asked at different moments, so a VIP that moves may be seen with nobody or
 * with both for that long.
 */
export function watchHolders({ model, ask, onRecord, onBug }: HolderWatch): Watcher & BalancerViews {
  const held = new Map<string, ReadonlySet<string>>();
  const silent = new Set<string>();
  const macs = new Map<string, string>();
  const written = new Map<string, string>();
  const complete = Promise.withResolvers<undefined>();

  const write = (): void => {
    // Before everybody was asked, a VIP would seem to have no holder.
    if (!model.balancers.every(({ name }) => held.has(name) || silent.has(name))) return;
    complete.resolve(undefined);
    for (const { name: vip, ipv4, ipv6 } of model.vips) {
      const holders = model.balancers
        .map(({ name }) => name)
        .filter((name) => {
          const addresses = silent.has(name) ? undefined : held.get(name);
          return addresses?.has(ipv4.text) === true || (ipv6 !== undefined && addresses?.has(ipv6.text) === true);
        })
        .sort();
      const said = { holders, silent: [...silent].sort() };
      if (written.get(vip) === JSON.stringify(said)) continue;
      written.set(vip, JSON.stringify(said));
      onRecord({ kind: 'holder', vip, at: drillNow(), seen: 'hosts', ...said });
    }
  };
  const followers = model.balancers.map((balancer) =>
    repeatedly({ everyMs, onBug }, async () => {
      const grumble = setTimeout(() => {
        silent.add(balancer.name);
        write();
      }, silentMs);
      const interfaces = await ask(balancer);
      clearTimeout(grumble);
      if (interfaces === undefined) silent.add(balancer.name);
      else {
        silent.delete(balancer.name);
        held.set(balancer.name, new Set(interfaces.flatMap((one) => one.addresses.map(({ address }) => address))));
        // A lab's machine has another one after each start.
        for (const { mac } of interfaces) if (mac !== '') macs.set(mac.toLowerCase(), balancer.name);
      }
      write();
    }),
  );
  return {
    macs,
    silent,
    complete: complete.promise,
    stop: async () => {
      await Promise.all(followers.map((follower) => follower.stop()));
    },
  };
}
