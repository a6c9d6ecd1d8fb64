import type { HostAnswer } from '../facts/status-facts.ts';
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

const tools: readonly Tool[] = ['arping', 'curl', 'dig', 'ip'];

interface Candidates {
  readonly model: Model;
  readonly hosts: ReadonlyMap<string, Host>;
  readonly client: Host | undefined;
}

/**
 * The hosts that can see the edge as a client does, best first: the client, nameservers, web servers. Balancers come
 * last, since a holder can't see its own VIP from outside. Only those that answer, with the tools they have.
 */
export async function findObservers({ model, hosts, client }: Candidates): Promise<readonly Observer[]> {
  const candidates = [client, ...otherHosts(model).map((name) => hosts.get(name))];
  const asked = await Promise.all(candidates.map(async (host) => (host === undefined ? undefined : askTools(host))));
  return asked.filter((observer) => observer !== undefined);
}

/**
 * The same, without waiting for hosts that hang: a client that has all tools is enough, and else only those are asked
 * that answered another question, which all managed hosts were asked already.
 */
export async function findObserversSoon(
  candidates: Candidates,
  answers: ReadonlyMap<string, Promise<HostAnswer>>,
): Promise<readonly Observer[]> {
  const { model, hosts, client } = candidates;
  const best = client === undefined ? undefined : await askTools(client);
  if (best !== undefined && tools.every((tool) => best.tools.has(tool))) return [best];
  const others = otherHosts(model).map(async (name) => {
    const host = hosts.get(name);
    const answer = await answers.get(name);
    return host === undefined || answer?.reachable !== true ? undefined : askTools(host);
  });
  return [best, ...(await Promise.all(others))].filter((observer) => observer !== undefined);
}

function otherHosts(model: Model): readonly string[] {
  return [...model.nameservers, ...model.webServers, ...model.balancers].map((machine) => machine.name);
}

/** The best observer that has a tool. */
export function observerWith(observers: readonly Observer[], tool: Tool): Host | undefined {
  return observers.find((observer) => observer.tools.has(tool))?.host;
}

/** `which` is Debian's own (debianutils); it prints the paths of what it finds and exits 1 when something is missing. */
async function askTools(host: Host): Promise<Observer | undefined> {
  const asked = await ask(host, { argv: ['which', ...tools] });
  if (asked.kind === 'silent') return undefined;
  const names = asked.outcome.stdout.split('\n').map((path) => path.slice(path.lastIndexOf('/') + 1).trim());
  return { host, tools: new Set(names.filter((name) => name !== '')) };
}
