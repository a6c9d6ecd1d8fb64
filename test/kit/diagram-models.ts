import { noAlerts } from '../../src/model/alert-settings.ts';
import * as fc from 'fast-check';
import { parseAddress, parseNetwork } from '../../src/base/address.ts';
import type { Address, Network } from '../../src/base/address.ts';
import type { Backend, Machine, Model, Vip } from '../../src/model/model.ts';
import { resolveCheck } from '../../src/model/resolve-check.ts';

/** How large a model is, and how long its names are. */
export interface ModelSize {
  readonly balancers: number;
  readonly nameservers: number;
  readonly webServers: number;
  readonly vips: number;
  readonly pools: number;
  readonly sites: number;
  readonly networks: number;
  readonly nameLength: number;
  readonly families: 'ipv4' | 'both';
}

/** Sizes from the smallest edge to one nobody draws on a sheet. */
export const modelSizes: fc.Arbitrary<ModelSize> = fc.record({
  balancers: fc.integer({ min: 1, max: 8 }),
  nameservers: fc.integer({ min: 1, max: 5 }),
  webServers: fc.integer({ min: 1, max: 40 }),
  vips: fc.integer({ min: 1, max: 8 }),
  pools: fc.integer({ min: 1, max: 6 }),
  sites: fc.integer({ min: 1, max: 12 }),
  networks: fc.integer({ min: 1, max: 3 }),
  nameLength: fc.integer({ min: 3, max: 60 }),
  families: fc.constantFrom('ipv4', 'both'),
});

/** A model of that size. It need not be one that `check` lets pass: a drawing must never break. */
export function modelOfSize(size: ModelSize): Model {
  const networks = Array.from({ length: size.networks }, (_, index) => ({
    name: named('net', index, size),
    ipv4: network(`10.${index}.0.0/16`),
    ipv6: size.families === 'both' ? network(`2001:db8:${index}::/64`) : undefined,
    gateways: [ip(`10.${index}.0.1`)],
  }));
  const machine = (role: string, index: number): Machine => {
    const net = index % size.networks;
    const host = (['lb', 'ns', 'web', 'vip'].indexOf(role) + 1) * 16 + index;
    const [first, ...rest] = addresses(net, host, size);
    return {
      name: named(role, index, size),
      addresses: [first, ...rest],
      network: networks[net]?.name ?? '',
      interface: 'eth0',
      ssh: { destination: first.text, user: undefined, port: undefined, identity: undefined, jump: undefined },
    };
  };
  const many = <Item>(count: number, make: (index: number) => Item): readonly Item[] =>
    Array.from({ length: count }, (_, index) => make(index));
  const balancers = many(size.balancers, (index) => ({ ...machine('lb', index), kind: 'balancer' as const }));
  const webServers = many(size.webServers, (index) => ({
    ...machine('web', index),
    kind: 'web' as const,
    managed: index % 5 !== 4,
  }));
  const nameservers = many(size.nameservers, (index) => ({ ...machine('ns', index), kind: 'nameserver' as const }));
  const vips = many(size.vips, (index): Vip => {
    const [ipv4, ipv6] = addresses(0, 200 + index, size);
    const order = [...balancers.slice(index % size.balancers), ...balancers.slice(0, index % size.balancers)];
    const [first, ...others] = order.map((entry, rank) => ({ balancer: entry.name, priority: 250 - 10 * rank }));
    if (first === undefined) throw new Error('no balancer');
    return {
      name: named('vip', index, size),
      ipv4,
      ipv6,
      network: networks[0]?.name ?? '',
      vrid: 51 + index,
      preferred: first.balancer,
      claims: [first, ...others],
    };
  });
  const pools = many(size.pools, (index) => {
    const own = webServers.filter((_server, at) => at % size.pools === index % webServers.length || at === 0);
    const [first, ...rest] = own.map((server, at): Backend => ({
      name: server.name,
      address: server.addresses[0],
      port: 8080,
      weight: at + 1,
      backup: at === 3,
    }));
    if (first === undefined) throw new Error('no backend');
    return {
      name: named('pool', index, size),
      algorithm: 'least-connections' as const,
      hash: 'uri' as const,
      backends: [first, ...rest] as const,
      check: resolveCheck({ timeout: '1s', window: '1s' }),
      timeouts: { connectMs: 1, readMs: 1, sendMs: 1 },
      retry: { attempts: 1, withinMs: 1 },
      panicPercent: 50,
    };
  });
  const vipNames = vips.map((vip) => vip.name);
  const [firstVip = '', ...otherVips] = vipNames;
  const sites = many(size.sites, (index) => ({
    name: named('site', index, size),
    names: [`${named('site', index, size)}.example.com`, `*.${index}.example.com`] as const,
    pool: pools[index % pools.length]?.name ?? '',
    tls: { kind: 'internal' } as const,
    redirect: true,
    hsts: false,
    vips: [firstVip, ...otherVips] as const,
    bodyLimit: 1,
    slo: undefined,
  }));
  const zone = {
    name: 'example.com',
    ttl: 30,
    rname: 'hostmaster.example.com',
    siteNames: sites.map((site) => ({ name: site.name, vips: vipNames })),
    records: [],
  };
  return {
    name: named('edge', 0, size),
    failover: 'normal',
    profile: 'evenkeel',
    allow: [],
    advertMs: 100,
    failbackMs: 5000,
    networks,
    balancers,
    nameservers,
    webServers,
    vips,
    pools,
    sites,
    zones: [zone],
    resolvers: nameservers.map((server) => server.addresses[0]),
    alerts: noAlerts,
    lab: { clientAddresses: [ip('10.0.0.50')], clientNetwork: networks[0]?.name ?? '' },
  };
}

function named(role: string, index: number, { nameLength }: ModelSize): string {
  return `${role}${index + 1}`.padEnd(nameLength, 'm');
}

function addresses(net: number, host: number, { families }: ModelSize): readonly [Address, ...Address[]] {
  const ipv4 = ip(`10.${net}.1.${host}`);
  return families === 'both' ? [ipv4, ip(`2001:db8:${net}:ffff:abcd:ef01:2345:${host}`)] : [ipv4];
}

function ip(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`no address: ${text}`);
  return address;
}

function network(text: string): Network {
  const parsed = parseNetwork(text);
  if (parsed === undefined) throw new Error(`no network: ${text}`);
  return parsed;
}
