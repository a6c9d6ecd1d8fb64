import type { Emit } from '../base/event.ts';
import type { HostAnswer, NameserverAnswer, StatusFacts } from '../facts/status-facts.ts';
import type { Host } from '../hosts/host.ts';
import { type AskedWindow, firstWindow } from '../model/asked-window.ts';
import { managedHosts } from '../model/model.ts';
import type { Model, ModelHost } from '../model/model.ts';
import { vipAddresses } from '../model/vip-addresses.ts';
import { askAgent } from './ask-agent.ts';
import { askOrders } from './ask-orders.ts';
import { askTables } from './ask-tables.ts';
import { askTogether } from './ask-together.ts';
import { checkBackends } from './backend-checks.ts';
import { askNameserver } from './dns-answers.ts';
import { askMachine, silentHost } from './status-hosts.ts';
import { findObserversSoon, observerWith } from './status-observers.ts';
import type { Observer } from './status-observers.ts';
import { askSitesOnBalancer, askSitesThroughVips } from './status-sites.ts';
import { seeVips } from './vip-sightings.ts';

/** What `observeStatus` needs. `hosts` has every managed host by name. */
export interface StatusQuestion {
  readonly model: Model;
  readonly hosts: ReadonlyMap<string, Host>;
  /** A host on the clients' side: the lab's client. Without one, a nameserver or web server stands for it. */
  readonly client: Host | undefined;
  /** What is asked for by name; left out: the first ones of the file. */
  readonly window?: AskedWindow;
  readonly now: () => Date;
  readonly emit: Emit;
}

/**
 * Asks everything `status` shows, read-only and all at once. A host that does not answer is part of the answer: this
 * throws only on bugs, and ends within about ten seconds whatever is down.
 */
export async function observeStatus(asked: StatusQuestion): Promise<StatusFacts> {
  const question = inFewSessions(asked);
  const { model, hosts, window = firstWindow(model), emit } = question;
  const began = question.now();
  const machines = managedHosts(model);
  const task = 'status';
  emit({
    code: 'task-started',
    level: 'progress',
    data: { task, title: `Asking ${machines.length} hosts` },
  });
  const machineAnswers = new Map(
    machines.map((machine) => [machine.name, askManaged(model, machine, hosts.get(machine.name))]),
  );
  // Nobody waits for a host that hangs: what needs a balancer waits for that one, what is seen from outside for nobody.
  const inside = model.balancers.map(async (balancer) => {
    const host = hosts.get(balancer.name);
    const answer = await machineAnswers.get(balancer.name);
    if (host === undefined || answer?.reachable !== true) return { backends: [], sites: [] };
    const [backends, sites] = await Promise.all([
      Promise.all(model.pools.map((pool) => checkBackends(host, pool))),
      askSitesOnBalancer(window.sites, host),
    ]);
    return { backends: backends.flat(), sites };
  });
  const observers = await findObserversSoon(question, machineAnswers);
  const [nameservers, outside, balancers, answers] = await Promise.all([
    askNameservers(model, window, observers),
    askFromOutside(model, window, observers),
    Promise.all(inside),
    Promise.all(machineAnswers.values()),
  ]);
  const facts: StatusFacts = {
    at: began.toISOString(),
    hosts: answers,
    backends: balancers.flatMap((balancer) => balancer.backends),
    nameservers,
    ...outside,
    sites: [...outside.sites, ...balancers.flatMap((balancer) => balancer.sites)],
  };
  const settled = agreesOnHolders(facts) ? facts : { ...facts, ...(await lookAgain(question, facts, observers)) };
  const silent = answers.filter((answer) => !answer.reachable).map((answer) => answer.host);
  const note = silent.length === 0 ? 'all hosts answer' : `no answer from ${silent.join(', ')}`;
  emit({ code: 'task-done', level: 'progress', data: { task, note, ms: question.now().getTime() - began.getTime() } });
  return settled;
}

function inFewSessions(question: StatusQuestion): StatusQuestion {
  const hosts = new Map([...question.hosts].map(([name, host]) => [name, askTogether(host)]));
  return { ...question, hosts, client: question.client === undefined ? undefined : askTogether(question.client) };
}

async function askManaged(model: Model, machine: ModelHost, host: Host | undefined): Promise<HostAnswer> {
  if (host === undefined) return silentHost(machine, 'no connection to it was opened');
  const [answer, agent, orders, tables] = await Promise.all([
    askMachine(machine, host),
    machine.kind === 'web' ? undefined : askAgent(host),
    machine.kind === 'balancer' ? askOrders(host, model) : undefined,
    machine.kind === 'balancer' ? askTables(host) : undefined,
  ]);
  return { ...answer, ...orders, ...tables, agent };
}

/** Whether the network's answer for each VIP is that of the one host that holds it. */
function agreesOnHolders(facts: StatusFacts): boolean {
  return facts.sightings.every((sighting) => {
    if (sighting.method === 'none') return true;
    const [holder, ...others] = facts.hosts.filter((host) => host.addresses.includes(sighting.address));
    if (holder === undefined) return sighting.macs.length === 0;
    return others.length === 0 && sighting.macs.every((mac) => holder.macs.includes(mac));
  });
}

/**
 * Hosts and network were asked at different moments, and a VIP may have moved between: where they disagree both are
 * asked once more, at the same time. What still disagrees then is a finding.
 */
async function lookAgain(
  question: StatusQuestion,
  facts: StatusFacts,
  observers: readonly Observer[],
): Promise<Pick<StatusFacts, 'hosts' | 'sightings'>> {
  const watcher = observers.find((observer) => observer.host.name === facts.observer);
  const [hosts, sightings] = await Promise.all([
    Promise.all(
      managedHosts(question.model).map(async (machine) => {
        const known = facts.hosts.find((host) => host.host === machine.name && !host.reachable);
        return known ?? askManaged(question.model, machine, question.hosts.get(machine.name));
      }),
    ),
    watcher === undefined
      ? facts.sightings
      : seeVips({ observer: watcher.host, tools: watcher.tools, vips: vipAddresses(question.model) }),
  ]);
  return { hosts, sightings };
}

async function askNameservers(
  model: Model,
  { questions }: AskedWindow,
  observers: readonly Observer[],
): Promise<readonly NameserverAnswer[]> {
  return Promise.all(
    model.nameservers.map(async (nameserver) => {
      // Asked from itself it would answer even when nobody else can reach it.
      const others = observers.filter((observer) => observer.host.name !== nameserver.name);
      const observer = observerWith(others, 'dig') ?? observerWith(observers, 'dig');
      if (observer !== undefined) return askNameserver({ model, nameserver, questions, observer });
      const reason = 'no host that answers has dig (Debian package bind9-dnsutils)';
      return {
        host: nameserver.name,
        address: nameserver.addresses[0].text,
        askedFrom: '',
        answering: false,
        reason,
        names: [],
        serials: [],
        namesNotAsked: 0,
      };
    }),
  );
}

async function askFromOutside(
  model: Model,
  { sites: asked }: AskedWindow,
  observers: readonly Observer[],
): Promise<Pick<StatusFacts, 'observer' | 'sightings' | 'sites'>> {
  const balancers = new Set(model.balancers.map((balancer) => balancer.name));
  const outside = observers.filter((observer) => !balancers.has(observer.host.name));
  const browser = observerWith(outside, 'curl') ?? observerWith(observers, 'curl');
  const sites = browser === undefined ? [] : await askSitesThroughVips(asked, model, browser);
  // The neighbour table is read from the host that has just sent something to every VIP.
  const watcher =
    outside.find((observer) => observer.tools.has('arping')) ??
    outside.find((observer) => observer.host === browser) ??
    outside[0];
  const vips = vipAddresses(model);
  const sightings =
    watcher === undefined
      ? vips.map(({ address }) => ({
          address: address.text,
          method: 'none' as const,
          macs: [],
          reason: 'no host outside the balancers answers',
        }))
      : await seeVips({ observer: watcher.host, tools: watcher.tools, vips });
  return { observer: (watcher?.host ?? browser)?.name, sightings, sites };
}
