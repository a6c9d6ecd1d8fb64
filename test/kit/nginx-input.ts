import { noAlerts } from '../../src/model/alert-settings.ts';
import { parseAddress, parseNetwork } from '../../src/base/address.ts';
import type { Address } from '../../src/base/address.ts';
import type { Backend, Balancer, Model, Pool, Site, WebServer } from '../../src/model/model.ts';
import { resolveCheck } from '../../src/model/resolve-check.ts';
import { releasePlatforms } from '../../src/render/platform.ts';
import type { Release } from '../../src/base/release.ts';
import type { RenderInput, SiteCertificate } from '../../src/render/render-input.ts';

/** The parts of a model that NGINX's files depend on. */
export interface NginxParts {
  readonly pools: readonly Pool[];
  readonly sites: readonly Site[];
  readonly vips?: readonly { readonly ipv4: string; readonly ipv6?: string }[];
  readonly web?: readonly WebServer[];
  readonly networks?: Model['networks'];
}

/** An address that is known to be one. */
export function ip(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`no address: ${text}`);
  return address;
}

/** Two balancers lb1 and lb2 in 10.77.0.0/24 with a gateway at .1, VIPs `vip1`, `vip2`, ..., and what is given. */
export function nginxModel(parts: NginxParts): Model {
  const vips = parts.vips ?? [{ ipv4: '10.77.0.100' }, { ipv4: '10.77.0.200' }];
  return {
    name: 'test',
    failover: 'normal',
    profile: 'evenkeel',
    allow: [],
    advertMs: 100,
    failbackMs: 5000,
    networks: parts.networks ?? [
      { name: 'lan', ipv4: parseNetwork('10.77.0.0/24'), ipv6: undefined, gateways: [ip('10.77.0.1')] },
    ],
    balancers: [balancer('lb1', '10.77.0.11'), balancer('lb2', '10.77.0.12')],
    nameservers: [],
    webServers: parts.web ?? [],
    vips: vips.map((vip, index) => ({
      name: `vip${index + 1}`,
      ipv4: ip(vip.ipv4),
      ipv6: vip.ipv6 === undefined ? undefined : ip(vip.ipv6),
      network: 'lan',
      vrid: 51 + index,
      preferred: 'lb1',
      claims: [
        { balancer: 'lb1', priority: 250 },
        { balancer: 'lb2', priority: 240 },
      ],
    })),
    pools: parts.pools,
    sites: parts.sites,
    zones: [],
    resolvers: [],
    alerts: noAlerts,
    lab: { clientAddresses: [], clientNetwork: 'lan' },
  };
}

function machine(name: string, address: string): Omit<Balancer, 'kind'> {
  return {
    name,
    addresses: [ip(address)],
    network: 'lan',
    interface: 'eth0',
    ssh: { destination: address, user: undefined, port: undefined, identity: undefined, jump: undefined },
  };
}

function balancer(name: string, address: string): Balancer {
  return { kind: 'balancer', ...machine(name, address) };
}

/** A managed web server. */
export function webServer(name: string, address: string): WebServer {
  return { kind: 'web', managed: true, ...machine(name, address) };
}

/** A backend at `address:port`. */
export function backend(name: string, endpoint: string, changes: Partial<Backend> = {}): Backend {
  const colon = endpoint.lastIndexOf(':');
  const address = ip(endpoint.slice(0, colon).replaceAll(/[[\]]/g, ''));
  return { name, address, port: Number(endpoint.slice(colon + 1)), weight: 1, backup: false, ...changes };
}

/** A pool with the defaults of an edge file. */
export function pool(name: string, backends: Pool['backends'], changes: Partial<Pool> = {}): Pool {
  return {
    name,
    algorithm: 'round-robin',
    hash: 'uri',
    backends,
    check: resolveCheck({}),
    timeouts: { connectMs: 2000, readMs: 60_000, sendMs: 60_000 },
    retry: { attempts: 2, withinMs: 5000 },
    panicPercent: 50,
    ...changes,
  };
}

/** A site with the defaults of an edge file, on the first VIP. */
export function site(name: string, pool: string, changes: Partial<Site> = {}): Site {
  return {
    name,
    names: [name],
    pool,
    tls: { kind: 'internal' },
    redirect: true,
    hsts: false,
    vips: ['vip1'],
    bodyLimit: 32 * 1024 * 1024,
    slo: undefined,
    ...changes,
  };
}

/** An input for rendering; `certificate` is what every site gets. */
export function nginxInput(
  model: Model,
  release: Release,
  certificate: SiteCertificate = { chainPem: 'chain\n', keyPem: 'key\n' },
): RenderInput {
  const hosts = [...model.balancers, ...model.webServers];
  return {
    model,
    platforms: new Map(hosts.map((host) => [host.name, releasePlatforms[release]])),
    certificates: new Map(model.sites.map((one) => [one.name, certificate])),
    ticketKeys: [new Uint8Array(80).fill(1), new Uint8Array(80).fill(2), new Uint8Array(80).fill(3)],
    witnessKey: new Uint8Array(32).fill(4),
    zoneSerials: new Map(),
    agent: undefined,
  };
}
