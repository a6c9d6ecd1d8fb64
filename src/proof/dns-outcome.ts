import type { DnsHealth } from '../model/failover-settings.ts';
import type { Model } from '../model/model.ts';
import { noOutage, worse, worst } from './outage.ts';
import { reaches, type LostNetworks } from './paths.ts';
import type { NameserverOutcome, Outage, VipOutcome } from './promise.ts';
import { bounded, takeOverMs } from './vrrp-timing.ts';

/** How long a client waits for a nameserver before it asks the next: `options timeout:1 attempts:2 rotate` (resolv.conf(5)). */
const resolverTimeoutMs = 1000;

/** The state of an edge that nameservers answer from. */
export interface DnsCase {
  readonly health: DnsHealth;
  /** In the model's order. */
  readonly vips: readonly VipOutcome[];
  readonly off: ReadonlySet<string>;
  readonly lost: LostNetworks;
}

/** Sets of VIPs that health-aware names have, each once. Each set is checked for itself. */
export function vipSets(model: Model): readonly (readonly string[])[] {
  const sets = model.zones.flatMap(({ siteNames }) => siteNames.map(({ vips }) => vips));
  return [...new Map(sets.map((set) => [[...set].sort().join(' '), set])).values()];
}

/** What each nameserver answers when everything has settled. A VIP that no name has is in no answer. */
export function nameserverOutcomes(model: Model, dns: DnsCase): readonly NameserverOutcome[] {
  const sets = vipSets(model);
  return model.nameservers.map(({ name, network }) => {
    if (dns.off.has(name)) return { nameserver: name, answers: false, vips: [] };
    const answering = new Set(
      dns.vips.flatMap(({ vip, working }, index) => {
        const home = model.vips[index]?.network ?? network;
        return working.length > 0 && reaches(network, home, dns.lost) ? [vip] : [];
      }),
    );
    const handedOut = new Set(sets.flatMap((set) => choose(set, { health: dns.health, answering })));
    return {
      nameserver: name,
      answers: true,
      vips: model.vips.map((vip) => vip.name).filter((vip) => handedOut.has(vip)),
    };
  });
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
