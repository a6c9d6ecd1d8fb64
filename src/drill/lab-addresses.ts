import { parseInterfaces } from '../facts/interfaces.ts';
import type { InterfaceFacts } from '../facts/host-facts.ts';
import { type LineProcess, startLineProcess } from '../hosts/line-process.ts';
import { machineCgroup, machineLeader } from '../lab/cgroup.ts';
import { machineNamespace } from '../lab/lab-paths.ts';
import type { Balancer } from '../model/model.ts';
import { askMs, silence } from '../observe/ask-interfaces.ts';
import { type AskInterfaces } from './observe-holders.ts';
import type { Watcher } from './wait-until.ts';

/**
 * One `ip` that stays and is asked again and again (ip(8), -batch; it prints a line for each command): to start one for each
 * question was a tenth of what two cores can do, beside the very machines that are measured.
 */
interface Listing {
  /** The machine's first process: a machine that was started again has another, and perhaps another namespace. */
  readonly leader: number;
  readonly process: LineProcess;
  /** Who waits for the next line. */
  answer: (line: string | undefined) => void;
  ended: boolean;
}

/**
 * Asks in the machines' network namespaces from outside: also a machine whose cable is cut answers, and nothing of the
 * measured machines' work is taken for it. `stop` ends what stays for that; nothing may be asked then.
 */
export function labAddresses(lab: string): Watcher & { readonly ask: AskInterfaces } {
  const listings = new Map<string, Listing>();

  const drop = async (name: string): Promise<void> => {
    const listing = listings.get(name);
    listings.delete(name);
    await listing?.process.end(0);
  };
  const listingOf = async (name: string, leader: number): Promise<Listing> => {
    const before = listings.get(name);
    if (before?.leader === leader && !before.ended) return before;
    await drop(name);
    const listing = await startListing(machineNamespace(lab, name), leader);
    listings.set(name, listing);
    return listing;
  };
  return {
    ask: async (balancer) => {
      // A machine that is off may have left its namespace with all addresses it had.
      const leader = await machineLeader(await machineCgroup(lab, balancer.name));
      if (leader === undefined) {
        // Nor must we keep that namespace.
        await drop(balancer.name);
        return undefined;
      }
      const listing = await listingOf(balancer.name, leader).catch(silence);
      if (listing === undefined) return undefined;
      const interfaces = await askListing(listing, balancer);
      if (interfaces === undefined) await drop(balancer.name);
      return interfaces;
    },
    stop: async () => {
      await Promise.all([...listings.keys()].map(drop));
    },
  };
}

async function startListing(namespace: string, leader: number): Promise<Listing> {
  const process = await startLineProcess({
    argv: ['ip', '-netns', namespace, '-json', '-batch', '-'],
    onLine: (line) => listing.answer(line),
  });
  const listing: Listing = { leader, process, answer: () => undefined, ended: false };
  const end = async (): Promise<void> => {
    await process.ended;
    listing.ended = true;
    listing.answer(undefined);
  };
  void end();
  return listing;
}

/** Undefined when it ended, said what is no listing, or said nothing in time. One question at a time. */
async function askListing(listing: Listing, balancer: Balancer): Promise<readonly InterfaceFacts[] | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const timer = setTimeout(() => resolve(undefined), askMs);
  listing.answer = resolve;
  listing.process.send(`addr show dev ${balancer.interface}`);
  const line = await promise;
  clearTimeout(timer);
  const interfaces = parseInterfaces(line ?? '');
  return interfaces.length === 0 ? undefined : interfaces;
}
