import type { HostAnswer } from '../facts/status-facts.ts';
import type { Host } from '../hosts/host.ts';
import { firstWindow } from '../model/asked-window.ts';
import type { Model, ModelHost } from '../model/model.ts';
import { vipAddresses } from '../model/vip-addresses.ts';
import { checkBackends } from './backend-checks.ts';
import { askNameserver } from './dns-answers.ts';
import { askMachine } from './status-hosts.ts';
import { findObservers, observerWith } from './status-observers.ts';
import { askSitesOnBalancer, askSitesThroughVips } from './status-sites.ts';

/** What may be demanded right after one host was changed. */
export interface VerifyScope {
  readonly host: string;
  /** `last`: no other balancer follows, so each VIP must be with its preferred holder. */
  readonly rest: 'more-balancers' | 'last';
  /** `one-or-more`: balancers disagree until the last one is changed. */
  readonly holders: 'exactly-one' | 'one-or-more';
  /** Balancers that have the new configuration: a VIP on another one still shows the old sites. */
  readonly upToDate: readonly string[];
}

/** Something seen: a problem keeps the apply from going on, a note is told. */
export interface Finding {
  /** `pending`: it comes by itself, and may take longer than anybody waits: a note when it has not come by then. */
  readonly kind: 'problem' | 'pending' | 'note';
  readonly text: string;
}

/** Looks at the edge from outside a host. */
export interface Verifier {
  verify(scope: VerifyScope): Promise<readonly Finding[]>;
}

/** What the real verifier needs. */
export interface EdgeVerifierOptions {
  readonly model: Model;
  readonly hosts: ReadonlyMap<string, Host>;
  /** The lab's client, if there is one. */
  readonly client: Host | undefined;
}

/**
 * Verifies through the edge's own hosts: a nameserver by its answers; a balancer by who holds each VIP, by the sites on
 * its own loopback and through every VIP. A web server is seen through its own ports and, by the balancers, later.
 */
export function edgeVerifier(options: EdgeVerifierOptions): Verifier {
  return {
    verify: async (scope) => {
      const { model } = options;
      const balancer = model.balancers.some((one) => one.name === scope.host);
      if (balancer) return verifyBalancer(options, scope);
      const nameserver = model.nameservers.find((one) => one.name === scope.host);
      return nameserver === undefined ? [] : verifyNameserver(options, nameserver.name);
    },
  };
}

async function verifyNameserver(options: EdgeVerifierOptions, name: string): Promise<readonly Finding[]> {
  const { model, hosts } = options;
  const nameserver = model.nameservers.find((one) => one.name === name);
  const observer = hosts.get(name);
  if (nameserver === undefined || observer === undefined) return [];
  const { questions } = firstWindow(model);
  const answer = await askNameserver({ model, nameserver, questions, observer });
  if (!answer.answering) return [problem(`${name} does not answer: ${answer.reason}`)];
  const missing = model.zones.filter((zone) => !answer.serials.some((serial) => serial.zone === zone.name));
  return [
    ...missing.map((zone) => problem(`${name} does not answer for the zone ${zone.name}`)),
    ...answer.names
      .filter((one) => one.status !== 'NOERROR' || one.addresses.length === 0)
      .map((one) => problem(`${name} answers ${one.status} without an address for ${one.name} ${one.type}`)),
  ];
}

async function verifyBalancer(options: EdgeVerifierOptions, scope: VerifyScope): Promise<readonly Finding[]> {
  const { model, hosts } = options;
  const machines = await Promise.all(model.balancers.flatMap((one) => askedMachine(one, hosts)));
  const held = holderFindings(model, machines, scope);
  if (held.some((one) => one.kind === 'problem')) return held;
  return [...held, ...(await siteFindings(options, scope, machines))];
}

function askedMachine(machine: ModelHost, hosts: ReadonlyMap<string, Host>): readonly Promise<HostAnswer>[] {
  const host = hosts.get(machine.name);
  return host === undefined ? [] : [askMachine(machine, host)];
}

/** Each VIP on exactly one balancer; after the last one, on the preferred one if it serves. */
export function holderFindings(model: Model, machines: readonly HostAnswer[], scope: VerifyScope): readonly Finding[] {
  return vipAddresses(model).flatMap(({ vip, address }): readonly Finding[] => {
    const holders = machines.filter((one) => one.addresses.includes(address.text)).map((one) => one.host);
    if (holders.length === 0) return [problem(`nobody holds ${vip.name} (${address.text})`)];
    if (holders.length > 1 && scope.holders === 'exactly-one') {
      return [problem(`${holders.join(' and ')} both hold ${vip.name} (${address.text})`)];
    }
    if (scope.rest !== 'last' || holders.includes(vip.preferred)) return [];
    const preferred = machines.find((one) => one.host === vip.preferred);
    if (preferred === undefined || !serves(preferred)) {
      return [note(`${vip.name} is on ${holders.join(' and ')}: ${vip.preferred} is drained or does not run`)];
    }
    const text = `${vip.name} (${address.text}) is on ${holders.join(' and ')}, not yet on ${vip.preferred}`;
    return preferred.settles
      ? [{ kind: 'pending', text: `${text}, which has returned and must be well for a while first` }]
      : [problem(text)];
  });
}

function serves(machine: HostAnswer): boolean {
  return !machine.drained && !machine.nginxHangs && runs(machine);
}

function runs({ units }: HostAnswer): boolean {
  return units.every((unit) => unit.activeState === 'active');
}

/** Names of the VIPs that are held by nobody but balancers with the new configuration. */
export function comparableVips(model: Model, machines: readonly HostAnswer[], scope: VerifyScope): ReadonlySet<string> {
  const old = machines.filter((one) => !scope.upToDate.includes(one.host)).flatMap((one) => one.addresses);
  const left = new Set(
    vipAddresses(model).flatMap(({ vip, address }) => (old.includes(address.text) ? [vip.name] : [])),
  );
  return new Set(model.vips.map((vip) => vip.name).filter((vip) => !left.has(vip)));
}

async function siteFindings(
  options: EdgeVerifierOptions,
  scope: VerifyScope,
  machines: readonly HostAnswer[],
): Promise<readonly Finding[]> {
  const name = scope.host;
  const { model, hosts } = options;
  const balancer = hosts.get(name);
  const observers = await findObservers(options);
  const observer = observerWith(observers, 'curl');
  if (balancer === undefined || observer === undefined) {
    return [note('the sites were not asked for: no host of the edge has curl')];
  }
  const { sites } = firstWindow(model);
  const canAsk = observers.some((one) => one.host.name === name && one.tools.has('curl'));
  const [own, through, checks] = await Promise.all([
    canAsk ? askSitesOnBalancer(sites, balancer) : [],
    askSitesThroughVips(sites, model, observer),
    canAsk ? Promise.all(model.pools.map((pool) => checkBackends(balancer, pool))) : [],
  ]);
  const livePools = new Set(checks.flat().flatMap((check) => (check.up ? [check.pool] : [])));
  const comparable = comparableVips(model, machines, scope);
  const current = through.filter((answer) => comparable.has(answer.target));
  return [...own, ...current].flatMap((answer): readonly Finding[] => {
    const where = `https://${answer.name}/ through ${answer.target} (${answer.address})`;
    if (answer.status === 0) return [problem(`${where}: ${answer.reason}`)];
    if (answer.status < 500) return [];
    const pool = model.sites.find((site) => site.name === answer.site)?.pool ?? '';
    const text = `${where} answers ${answer.status}`;
    return livePools.has(pool) ? [problem(`${text} although a backend of ${pool} is up`)] : [note(text)];
  });
}

function problem(text: string): Finding {
  return { kind: 'problem', text };
}

function note(text: string): Finding {
  return { kind: 'note', text };
}
