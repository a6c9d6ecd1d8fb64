import type { StreamDescription } from '../facts/drill-report.ts';
import type { Model, Site, Vip } from '../model/model.ts';
import { askedName, type LoadOrder, type LoadStream, type NameserverWatch } from './load-stream.ts';
import { targetPaths } from './target-paths.ts';

/** What the load is made of beside the model. */
export interface LoadPlan {
  /** `drill-target`: the target is on all web servers. `site`: only the site itself is there to be asked. */
  readonly target: 'drill-target' | 'site';
  /** PEM; undefined: the system's. */
  readonly ca: string | undefined;
  readonly rates?: Partial<LoadRates>;
}

/** How much load. Milliseconds, bytes, bytes a second. */
export interface LoadRates {
  readonly newConnectionEveryMs: number;
  readonly byNameEveryMs: number;
  readonly keepAliveClients: number;
  readonly keepAliveEveryMs: number;
  readonly downloadBytes: number;
  readonly downloadBytesPerSecond: number;
  readonly uploadBytes: number;
  readonly uploadBytesPerSecond: number;
  readonly webSockets: number;
  readonly echoEveryMs: number;
  readonly nameserverEveryMs: number;
}

const mebibyte = 1024 * 1024;

/** What two cores can do beside a lab without being late. */
export const defaultRates: LoadRates = {
  newConnectionEveryMs: 20,
  byNameEveryMs: 50,
  keepAliveClients: 4,
  keepAliveEveryMs: 250,
  downloadBytes: 64 * mebibyte,
  downloadBytesPerSecond: 2 * mebibyte,
  uploadBytes: 32 * mebibyte,
  uploadBytesPerSecond: mebibyte,
  webSockets: 2,
  echoEveryMs: 250,
  nameserverEveryMs: 250,
};

/** A request, and a step of a long connection. */
const timeoutMs = 2_000;
/** Two resolvers, each asked twice for one second, come before the connection. */
const byNameTimeoutMs = 5_000;
/** More names say nothing more about the resolvers. */
const mostNames = 3;
const tlsPort = 443;

/**
 * The load for an edge: on each VIP new connections and kept ones for its first site, with a target also long transfers and
 * WebSockets; requests by the first names that the edge's own nameservers answer, and questions to each of these. Every pool
 * that a site has is asked by somebody.
 */
export function planLoad(model: Model, { target, ca, rates = {} }: LoadPlan): LoadOrder {
  const planned: Planned = { model, target, rates: { ...defaultRates, ...rates } };
  return {
    streams: [
      ...model.vips.flatMap((vip) => vipStreams(planned, vip)),
      ...nameStreams(planned),
      ...restStreams(planned),
    ],
    nameservers: watches(planned),
    ca,
  };
}

interface Planned {
  readonly model: Model;
  readonly target: LoadPlan['target'];
  readonly rates: LoadRates;
}

function vipStreams(planned: Planned, vip: Vip): readonly LoadStream[] {
  const site = firstSite(planned.model, vip);
  if (site === undefined) return [];
  const { rates } = planned;
  const common = {
    target: { kind: 'address', address: vip.ipv4.text },
    name: askedName(site),
    port: tlsPort,
    path: shortPath(planned, site),
    timeoutMs,
  } as const;
  const short = { ...common, kind: 'new-connection', everyMs: rates.newConnectionEveryMs } as const;
  const { ipv6 } = vip;
  return [
    { ...short, id: vip.name },
    ...(ipv6 === undefined
      ? []
      : [{ ...short, id: `${vip.name} ipv6`, target: { kind: 'address', address: ipv6.text } } as const]),
    {
      ...common,
      kind: 'keep-alive',
      id: `${vip.name} kept`,
      clients: rates.keepAliveClients,
      everyMs: rates.keepAliveEveryMs,
    },
    ...(hasTarget(planned, site) ? longStreams(planned, { vip, site, common }) : []),
  ];
}

function firstSite(model: Model, vip: Vip): Site | undefined {
  return model.sites.find((candidate) => candidate.vips.includes(vip.name));
}

interface LongPlace {
  readonly vip: Vip;
  readonly site: Site;
  readonly common: Pick<LoadStream, 'target' | 'name' | 'port' | 'timeoutMs'>;
}

/** Named after the VIP, like all that goes through it. */
function longStreams({ rates }: Planned, { vip, site, common }: LongPlace): readonly LoadStream[] {
  const { downloadBytes, webSockets, echoEveryMs } = rates;
  return [
    {
      ...common,
      kind: 'download',
      id: `${vip.name} download`,
      path: `${targetPaths.download}?bytes=${downloadBytes}&seed=1`,
      clients: 1,
      bytes: downloadBytes,
      bytesPerSecond: rates.downloadBytesPerSecond,
    },
    {
      ...common,
      kind: 'upload',
      id: `${vip.name} upload`,
      path: targetPaths.upload,
      clients: 1,
      // The balancer refuses more (413); 0 is no limit.
      bytes: site.bodyLimit === 0 ? rates.uploadBytes : Math.min(rates.uploadBytes, site.bodyLimit),
      bytesPerSecond: rates.uploadBytesPerSecond,
    },
    {
      ...common,
      kind: 'websocket',
      id: `${vip.name} websocket`,
      path: targetPaths.echo,
      clients: webSockets,
      everyMs: echoEveryMs,
    },
  ];
}

/**
 * By name, as clients come; only names that the edge's own nameservers answer. The first ones, and one for each pool that
 * these do not reach: no pool may fail without somebody who notices. All together are asked as often as the first alone would.
 */
function nameStreams(planned: Planned): readonly LoadStream[] {
  const all = answeredSites(planned.model);
  const first = all.slice(0, mostNames);
  const sites = [...first, ...otherPools(all, first)];
  return sites.map((site) => ({
    kind: 'new-connection',
    id: sites.length === 1 ? 'by name' : `by name ${askedName(site)}`,
    target: { kind: 'by-name' },
    name: askedName(site),
    port: tlsPort,
    path: shortPath(planned, site),
    timeoutMs: byNameTimeoutMs,
    everyMs: slowed(planned.rates.byNameEveryMs, sites),
  }));
}

/** Pools that are reached neither by the first site of a VIP nor by a name: through the first VIP of a site that has them. */
function restStreams(planned: Planned): readonly LoadStream[] {
  const { model, rates } = planned;
  const answered = answeredSites(model);
  const sites = otherPools(model.sites, [...model.vips.flatMap((vip) => firstSite(model, vip) ?? []), ...answered]);
  return sites.flatMap((site): readonly LoadStream[] => {
    const vip = model.vips.find(({ name }) => site.vips.includes(name));
    if (vip === undefined) return [];
    return [
      {
        kind: 'new-connection',
        id: `${vip.name} ${askedName(site)}`,
        target: { kind: 'address', address: vip.ipv4.text },
        name: askedName(site),
        port: tlsPort,
        path: shortPath(planned, site),
        timeoutMs,
        everyMs: slowed(rates.byNameEveryMs, sites),
      },
    ];
  });
}

/** The first site of each pool that none of `asked` has. */
function otherPools(sites: readonly Site[], asked: readonly Site[]): readonly Site[] {
  const seen = new Set(asked.map(({ pool }) => pool));
  return sites.filter(({ pool }) => {
    if (seen.has(pool)) return false;
    seen.add(pool);
    return true;
  });
}

/** More than the usual names share the rate of these. */
function slowed(everyMs: number, sites: readonly Site[]): number {
  return Math.round(everyMs * Math.max(1, sites.length / mostNames));
}

function watches({ model, rates }: Planned): readonly NameserverWatch[] {
  const [site] = answeredSites(model);
  if (site === undefined) return [];
  const isDual = model.vips.some((vip) => site.vips.includes(vip.name) && vip.ipv6 !== undefined);
  return model.nameservers.map((nameserver) => ({
    nameserver: nameserver.name,
    address: nameserver.addresses[0].text,
    names: [askedName(site)],
    families: isDual ? [4, 6] : [4],
    everyMs: rates.nameserverEveryMs,
  }));
}

function answeredSites(model: Model): readonly Site[] {
  return model.sites.filter((site) =>
    model.zones.some(({ name }) => askedName(site) === name || askedName(site).endsWith(`.${name}`)),
  );
}

function shortPath(planned: Planned, site: Site): string {
  return hasTarget(planned, site) ? targetPaths.ok : '/';
}

/** A pool with servers that are none of our web servers has none there. */
function hasTarget({ model, target }: Planned, site: Site): boolean {
  const pool = model.pools.find((candidate) => candidate.name === site.pool);
  return (
    target === 'drill-target' &&
    pool !== undefined &&
    pool.backends.every((backend) => model.webServers.some((web) => web.name === backend.name))
  );
}

/** What an order does, for people, in its order. */
export function describeLoad(order: LoadOrder): readonly StreamDescription[] {
  return [
    ...order.streams.map((stream) => ({ id: stream.id, title: describeStream(stream) })),
    ...order.nameservers.map(({ nameserver, names, everyMs }) => ({
      id: nameserver,
      title: `questions for ${names.join(', ')} to ${nameserver}, ${rate(everyMs)}`,
    })),
  ];
}

function describeStream(stream: LoadStream): string {
  const where = stream.target.kind === 'address' ? stream.target.address : `the address of ${stream.name}`;
  switch (stream.kind) {
    case 'new-connection':
      return `new TLS connections to ${where}, ${rate(stream.everyMs)}`;
    case 'keep-alive':
      return `${counted(stream.clients, 'kept connection')} to ${where}, each with requests, ${rate(stream.everyMs)}`;
    case 'download':
      return `${counted(stream.clients, 'download')} of ${mebibytes(stream.bytes)} through ${where} at ${mebibytes(stream.bytesPerSecond)}/s`;
    case 'upload':
      return `${counted(stream.clients, 'upload')} of ${mebibytes(stream.bytes)} through ${where} at ${mebibytes(stream.bytesPerSecond)}/s`;
    case 'websocket':
      return `${counted(stream.clients, 'WebSocket')} through ${where}, each with echoes, ${rate(stream.everyMs)}`;
  }
}

function rate(everyMs: number): string {
  return everyMs <= 1_000 ? `${round(1_000 / everyMs)} a second` : `every ${round(everyMs / 1_000)} s`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function mebibytes(bytes: number): string {
  return `${round(bytes / mebibyte)} MiB`;
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}
