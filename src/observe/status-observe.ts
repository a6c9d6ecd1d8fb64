import type { Emit } from '../base/event.ts';
import type { BackendCheck, HostAnswer, NameserverAnswer, StatusFacts } from '../facts/status-facts.ts';
import type { Host } from '../hosts/host.ts';
import { managedHosts } from '../model/model.ts';
import type { Model } from '../model/model.ts';
import { vipAddresses } from '../model/vip-addresses.ts';
import { checkBackends } from './backend-checks.ts';
import { askNameserver } from './dns-answers.ts';
import { askMachine, silentHost } from './status-hosts.ts';
import { findObservers, observerWith } from './status-observers.ts';
import type { Observer } from './status-observers.ts';
import { askSitesOnBalancer, askSitesThroughVips } from './status-sites.ts';
import { seeVips } from './vip-sightings.ts';

/** What `observeStatus` needs. `hosts` has every managed host by name. */
export interface StatusQuestion {
  readonly model: Model;
  readonly hosts: ReadonlyMap<string, Host>;
  /** A host on the clients' side: the lab's client. Without one, a nameserver or web server stands for it. */
  readonly client: Host | undefined;
  readonly now: () => Date;
  readonly emit: Emit;
}

/**
 * Asks everything `status` shows, read-only and all at once. A host that does not answer is part of the answer: this
 * throws only on bugs, and ends within about ten seconds whatever is down.
 */
export async function observeStatus(question: StatusQuestion): Promise<StatusFacts> {
  const { model, hosts, emit } = question;
  const began = question.now();
  const machines = managedHosts(model);
  const task = 'status';
  emit({
    code: 'task-started',
    level: 'progress',
    data: { task, title: `Asking ${machines.length} hosts` },
  });
  const [answers, observers] = await Promise.all([askMachines(question), findObservers(question)]);
  const silent = answers.filter((answer) => !answer.reachable).map((answer) => answer.host);
  emit({
    code: 'task-progress',
    level: 'progress',
    data: { task, note: silent.length === 0 ? 'all hosts answer' : `no answer from ${silent.join(', ')}` },
  });
  const reachable = new Map([...hosts].filter(([name]) => !silent.includes(name)));
  const balancers = model.balancers.flatMap((balancer) => {
    const host = reachable.get(balancer.name);
    return host === undefined ? [] : [host];
  });
  const [backends, standby, nameservers, outside] = await Promise.all([
    askBackends(model, balancers),
    Promise.all(balancers.map((balancer) => askSitesOnBalancer(model, balancer))),
    askNameservers(model, observers),
    askFromOutside(model, observers),
  ]);
  emit({
    code: 'task-done',
    level: 'progress',
    data: { task, note: 'asked', ms: question.now().getTime() - began.getTime() },
  });
  const sites = [...outside.sites, ...standby.flat()];
  const facts = { at: began.toISOString(), hosts: answers, backends, nameservers, ...outside, sites };
  return agreesOnHolders(facts) ? facts : { ...facts, ...(await lookAgain(question, facts, observers)) };
}

async function askMachines({ model, hosts }: StatusQuestion): Promise<readonly HostAnswer[]> {
  return Promise.all(
    managedHosts(model).map(async (machine) => {
      const host = hosts.get(machine.name);
      return host === undefined ? silentHost(machine, 'no connection to it was opened') : askMachine(machine, host);
    }),
  );
}

/** Whether the network's answer for each VIP is that of the one host that holds it. */
function agreesOnHolders(facts: StatusFacts): boolean {
  return facts.sightings.every((sighting) => {
    if (sighting.method === 'none') return true;
    const [holder, ...others] = facts.hosts.filter((host) => host.addresses.includes(sighting.address));
    return holder !== undefined && others.length === 0 && sighting.macs.every((mac) => holder.macs.includes(mac));
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
  const silent = new Set(facts.hosts.filter((host) => !host.reachable).map((host) => host.host));
  const [hosts, sightings] = await Promise.all([
    askMachines({ ...question, hosts: new Map([...question.hosts].filter(([name]) => !silent.has(name))) }),
    watcher === undefined
      ? facts.sightings
      : seeVips({ observer: watcher.host, tools: watcher.tools, vips: vipAddresses(question.model) }),
  ]);
  return {
    hosts: hosts.map((host) =>
      silent.has(host.host) ? (facts.hosts.find(({ host: name }) => name === host.host) ?? host) : host,
    ),
    sightings,
  };
}

async function askBackends(model: Model, balancers: readonly Host[]): Promise<readonly BackendCheck[]> {
  const checks = balancers.flatMap((balancer) => model.pools.map((pool) => checkBackends(balancer, pool)));
  return (await Promise.all(checks)).flat();
}

async function askNameservers(model: Model, observers: readonly Observer[]): Promise<readonly NameserverAnswer[]> {
  return Promise.all(
    model.nameservers.map(async (nameserver) => {
      // Asked from itself it would answer even when nobody else can reach it.
      const others = observers.filter((observer) => observer.host.name !== nameserver.name);
      const observer = observerWith(others, 'dig') ?? observerWith(observers, 'dig');
      if (observer !== undefined) return askNameserver({ model, nameserver, observer });
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
  observers: readonly Observer[],
): Promise<Pick<StatusFacts, 'observer' | 'sightings' | 'sites'>> {
  const balancers = new Set(model.balancers.map((balancer) => balancer.name));
  const outside = observers.filter((observer) => !balancers.has(observer.host.name));
  const browser = observerWith(outside, 'curl') ?? observerWith(observers, 'curl');
  const sites = browser === undefined ? [] : await askSitesThroughVips(model, browser);
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
