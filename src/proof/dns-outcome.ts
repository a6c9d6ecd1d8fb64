import type { DnsHealth } from '../model/failover-settings.ts';
import type { Model } from '../model/model.ts';
import { noOutage, worse, worst } from './outage.ts';
import { reaches, type LostNetworks } from './paths.ts';
import type { NameserverOutcome, Outage, VipOutcome } from './promise.ts';
import { bounded, takeOverMs } from './vrrp-timing.ts';

/** How long a client waits for a nameserver before it asks the next: `options timeout:1 attempts:2 rotate` (resolv.conf(5)). */
const resolverTimeoutMs = 1000;

/** What nameservers see of an edge. */
export interface DnsCase {
  readonly health: DnsHealth;
  /** VIPs that answer somewhere. */
  readonly serving: ReadonlySet<string>;
  readonly lost: LostNetworks;
}

/** Sets of VIPs that health-aware names have, each once. Each set is checked for itself. */
export function vipSets(model: Model): readonly (readonly string[])[] {
  const sets = model.zones.flatMap(({ siteNames }) => siteNames.map(({ vips }) => vips));
  return [...new Map(sets.map((set) => [[...set].sort().join(' '), set])).values()];
}

/** The VIPs that each nameserver hands out while it has power, by its name. A VIP that no name has is in no answer. */
export type HandedOut = ReadonlyMap<string, readonly string[]>;

/** Works out what nameservers hand out; the usual case, that all VIPs answer, once. */
export function handsOut(model: Model): (dns: DnsCase) => HandedOut {
  const sets = vipSets(model);
  const homes = model.vips.map(({ name, network }) => ({ name, network }));
  const answer = ({ health, serving, lost }: DnsCase): HandedOut =>
    new Map(
      model.nameservers.map(({ name, network }) => {
        const answering = new Set(
          homes.flatMap((vip) => (serving.has(vip.name) && reaches(network, vip.network, lost) ? [vip.name] : [])),
        );
        const chosen = new Set(sets.flatMap((set) => choose(set, { health, answering })));
        return [name, homes.flatMap((vip) => (chosen.has(vip.name) ? [vip.name] : []))];
      }),
    );
  const whole = answer({ health: { kind: 'static' }, serving: new Set(), lost: new Set() });
  return (dns) => (dns.lost.size === 0 && dns.serving.size === homes.length ? whole : answer(dns));
}

/** What each nameserver answers. */
export function nameserverOutcomes(handedOut: HandedOut, off: ReadonlySet<string>): readonly NameserverOutcome[] {
  return [...handedOut].map(([nameserver, vips]) =>
    off.has(nameserver) ? { nameserver, answers: false, vips: [] } : { nameserver, answers: true, vips },
  );
}

/** Those that answer; all of them when none does (fail open). */
function choose(
  set: readonly string[],
  { health, answering }: { readonly health: DnsHealth; readonly answering: ReadonlySet<string> },
): readonly string[] {
  if (health.kind === 'static') return set;
  const good = set.filter((vip) => answering.has(vip));
  return good.length === 0 ? set : good;
}

/**
 * How long a question may wait for its answer. A nameserver without power costs each question that is sent to it first one
 * timeout; the other questions are answered at once.
 */
export function resolverOutage(model: Model, off: ReadonlySet<string>): Outage {
  const addresses = new Set(model.resolvers.map(({ text }) => text));
  const asked = model.nameservers.filter((host) => host.addresses.some(({ text }) => addresses.has(text)));
  // Resolvers of somebody else ask the nameservers in turn.
  const relevant = asked.length === 0 ? model.nameservers : asked;
  const dead = relevant.filter(({ name }) => off.has(name)).length;
  if (dead === 0) return noOutage;
  if (
    dead === relevant.length &&
    (addresses.size <= asked.length || model.nameservers.every(({ name }) => off.has(name)))
  ) {
    return { kind: 'until-repaired', why: 'no nameserver answers' };
  }
  return bounded([
    { what: `${dead} x timeout of the client's resolver`, ms: dead * resolverTimeoutMs },
    { what: 'the answer and the first connection', ms: takeOverMs },
  ]);
}

/**
 * How long the addresses that a name leads to may fail. A client may be sent to any of a set's VIPs; one that fails until
 * repaired does so only until the nameservers leave it out: it must answer nowhere, and another one must.
 */
export function addressOutage(vips: readonly VipOutcome[], { health, lost }: Pick<DnsCase, 'health' | 'lost'>): Outage {
  const stuck = vips.filter(({ outage }) => outage.kind === 'until-repaired');
  if (stuck.length === 0) return worst(vips.map(({ outage }) => outage));
  const leftOut = health.kind === 'checked' && lost.size === 0 && stuck.every(({ working }) => working.length === 0);
  if (!leftOut || stuck.length === vips.length) return worst(vips.map(({ outage }) => outage));
  const rest = worst(vips.filter((vip) => !stuck.includes(vip)).map(({ outage }) => outage));
  return worse(
    rest,
    bounded([
      { what: "interval of the nameservers' checks", ms: health.intervalMs },
      { what: 'timeout of the check', ms: health.timeoutMs },
      { what: 'the answer and the first connection', ms: takeOverMs },
    ]),
  );
}
