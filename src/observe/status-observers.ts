import type { Host } from '../hosts/host.ts';
import type { Model } from '../model/model.ts';
import { ask } from './status-ask.ts';

/** A tool that a question needs. */
export type Tool = 'arping' | 'curl' | 'dig' | 'ip';

/** A host that can stand for a client: reachable, and with these tools. */
export interface Observer {
  readonly host: Host;
  readonly tools: ReadonlySet<string>;
}

/**
 * The hosts that can see the edge as a client does, best first: the client, nameservers, web servers. Balancers come
 * last, since a holder can't see its own VIP from outside. Only those that answer, with the tools they have.
 */
export async function findObservers(options: {
  readonly model: Model;
  readonly hosts: ReadonlyMap<string, Host>;
  readonly client: Host | undefined;
}): Promise<readonly Observer[]> {
  const { model, hosts, client } = options;
  const machines = [...model.nameservers, ...model.webServers, ...model.balancers];
  const known = machines.flatMap((machine) => {
    const host = hosts.get(machine.name);
    return host === undefined ? [] : [host];
  });
  const candidates = client === undefined ? known : [client, ...known];
  const asked = await Promise.all(candidates.map(askTools));
  return asked.flatMap((observer) => (observer === undefined ? [] : [observer]));
}

/** The best observer that has a tool. */
export function observerWith(observers: readonly Observer[], tool: Tool): Host | undefined {
  return observers.find((observer) => observer.tools.has(tool))?.host;
}

/** `which` is Debian's own (debianutils); it prints the paths of what it finds and exits 1 when something is missing. */
async function askTools(host: Host): Promise<Observer | undefined> {
  const asked = await ask(host, { argv: ['which', 'arping', 'curl', 'dig', 'ip'] });
  if (asked.kind === 'silent') return undefined;
  const names = asked.outcome.stdout.split('\n').map((path) => path.slice(path.lastIndexOf('/') + 1).trim());
  return { host, tools: new Set(names.filter((name) => name !== '')) };
}
