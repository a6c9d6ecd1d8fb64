import { noAlerts } from '../../src/model/alert-settings.ts';
import { createHash } from 'node:crypto';
import { parseAddress } from '../../src/base/address.ts';
import type { Address } from '../../src/base/address.ts';
import type { HostFacts, UnitFacts } from '../../src/facts/host-facts.ts';
import type { Machine, Model } from '../../src/model/model.ts';
import { resolveCheck } from '../../src/model/resolve-check.ts';
import type { Activation, DesiredFile, DesiredHost } from '../../src/render/desired-file.ts';

/** An address that is known to be one. */
export function address(text: string): Address {
  const parsed = parseAddress(text);
  if (parsed === undefined) throw new Error(`${text} is no address`);
  return parsed;
}

/** The reference system as a Model: two of each, both VIPs, one site. */
export const smallModel: Model = {
  name: 'devops',
  failover: 'normal',
  profile: 'evenkeel',
  allow: [],
  advertMs: 100,
  failbackMs: 5000,
  networks: [
    {
      name: 'lan',
      ipv4: { family: 4, base: '192.168.10.0', prefix: 24, text: '192.168.10.0/24' },
      ipv6: undefined,
      gateways: [],
    },
  ],
  balancers: [machine('balancer', 'lb1', '192.168.10.11'), machine('balancer', 'lb2', '192.168.10.12')],
  nameservers: [machine('nameserver', 'dns1', '192.168.10.21'), machine('nameserver', 'dns2', '192.168.10.22')],
  webServers: [
    { ...machine('web', 'web1', '192.168.10.31'), managed: true },
    { ...machine('web', 'web2', '192.168.10.32'), managed: true },
  ],
  vips: [vip('vip1', '192.168.10.100', ['lb1', 'lb2']), vip('vip2', '192.168.10.200', ['lb2', 'lb1'])],
  pools: [
    {
      name: 'web',
      algorithm: 'round-robin',
      hash: 'uri',
      backends: [backend('web1', '192.168.10.31'), backend('web2', '192.168.10.32')],
      check: resolveCheck({ timeout: '1s' }),
      timeouts: { connectMs: 1000, readMs: 30_000, sendMs: 30_000 },
      retry: { attempts: 2, withinMs: 5000 },
      panicPercent: 50,
    },
  ],
  sites: [
    {
      name: 'devops.com',
      names: ['devops.com'],
      pool: 'web',
      tls: { kind: 'internal' },
      redirect: true,
      hsts: false,
      vips: ['vip1', 'vip2'],
      bodyLimit: 1_048_576,
      slo: undefined,
    },
  ],
  zones: [],
  resolvers: [address('192.168.10.21'), address('192.168.10.22')],
  alerts: noAlerts,
  lab: { clientAddresses: [address('192.168.10.50')], clientNetwork: 'lan' },
};

function machine<Kind extends 'balancer' | 'nameserver' | 'web'>(
  kind: Kind,
  name: string,
  text: string,
): Machine & { readonly kind: Kind } {
  const ssh = { destination: text, user: undefined, port: undefined, identity: undefined, jump: undefined };
  return { kind, name, addresses: [address(text)], network: 'lan', interface: 'eth0', ssh };
}

function vip(name: string, text: string, [first, second]: readonly [string, string]): Model['vips'][number] {
  return {
    name,
    ipv4: address(text),
    ipv6: undefined,
    network: 'lan',
    vrid: name === 'vip1' ? 51 : 52,
    preferred: first,
    claims: [
      { balancer: first, priority: 250 },
      { balancer: second, priority: 240 },
    ],
  };
}

function backend(name: string, text: string): Model['pools'][number]['backends'][number] {
  return { name, address: address(text), port: 80, weight: 1, backup: false };
}

/** What a test says of a file; the rest follows. */
export interface FileSketch {
  readonly path: string;
  readonly text: string;
  readonly activates: Activation;
  readonly mode?: number;
  readonly visibility?: 'public' | 'secret';
}

/** A desired file. */
export function file(host: string, sketch: FileSketch): DesiredFile {
  const bytes = new TextEncoder().encode(sketch.text);
  return {
    host,
    path: sketch.path,
    mode: sketch.mode ?? 0o644,
    owner: 'root:root',
    bytes,
    hash: sha256(bytes),
    visibility: sketch.visibility ?? 'public',
    activates: sketch.activates,
    why: `${sketch.path} of ${host}`,
  };
}

/** A keepalived configuration of the shape evenkeel writes; one text for both balancers, so each is its own peer, too. */
export function keepalivedText(priority: number, vrid = 51): string {
  return `vrrp_instance vip1 {
    interface eth0
    virtual_router_id ${vrid}
    priority ${priority}
    unicast_src_ip 192.168.10.11
    unicast_peer {
        192.168.10.11
        192.168.10.12
    }
    virtual_ipaddress {
        192.168.10.100/32 dev eth0
    }
}
`;
}

/** What each machine of the small edge must have: files for every kind of activation, `version` being in each. */
export function desiredHosts(version: string): readonly DesiredHost[] {
  const balancer = (host: string): DesiredHost => ({
    host,
    release: 'debian13',
    packages: ['keepalived', 'nftables', 'nginx'],
    units: ['evenkeel-firewall.service', 'nginx.service', 'keepalived.service'],
    programs: [],
    files: sorted([
      file(host, {
        path: '/etc/keepalived/keepalived.conf',
        text: `# ${version}\n${keepalivedText(host === 'lb1' ? 250 : 240)}`,
        activates: 'keepalived',
      }),
      file(host, {
        path: '/etc/nginx/evenkeel/tls/key.pem',
        text: `key ${version}\n`,
        activates: 'nginx',
        mode: 0o600,
        visibility: 'secret',
      }),
      file(host, { path: '/etc/nginx/nginx.conf', text: `# nginx ${version}\nuser www-data;\n`, activates: 'nginx' }),
      file(host, { path: '/etc/nftables.conf', text: `# nft ${version}\n`, activates: 'nftables' }),
      file(host, {
        path: '/etc/sysctl.d/90-evenkeel.conf',
        text: 'net.ipv4.ip_nonlocal_bind = 1\n',
        activates: 'sysctl',
      }),
      file(host, {
        path: '/etc/systemd/system/nginx.service.d/evenkeel.conf',
        text: '[Service]\nRestart=always\n',
        activates: 'systemd-nginx',
      }),
    ]),
  });
  const nameserver = (host: string): DesiredHost => ({
    host,
    release: 'debian13',
    packages: ['pdns-server'],
    units: ['pdns.service'],
    programs: [],
    files: sorted([
      file(host, { path: '/etc/powerdns/pdns.conf', text: `# pdns ${version}\n`, activates: 'powerdns' }),
      file(host, {
        path: '/var/lib/evenkeel/zones/devops.com.zone',
        text: `@ IN SOA ns1. host. ${version === 'v1' ? 1 : 2} 3 4 5 6\n`,
        activates: 'zone',
      }),
    ]),
  });
  const web = (host: string): DesiredHost => ({
    host,
    release: 'debian13',
    packages: ['nginx'],
    units: ['nginx.service'],
    programs: [],
    files: [file(host, { path: '/etc/nginx/nginx.conf', text: `# web ${version}\n`, activates: 'nginx' })],
  });
  return [balancer('lb1'), balancer('lb2'), nameserver('dns1'), nameserver('dns2'), web('web1'), web('web2')];
}

function sorted(files: readonly DesiredFile[]): readonly DesiredFile[] {
  return [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Facts of a freshly installed Debian 13 without any package of ours. */
export function bareFacts(host: string): HostFacts {
  return {
    host,
    os: { id: 'debian', versionId: '13', codename: 'trixie' },
    architecture: 'amd64',
    packages: new Map(),
    candidates: new Map([['nginx', '1.26.3-3+deb13u11']]),
    units: new Map(),
    interfaces: [],
    listeners: [],
    programs: new Map(),
    files: new Map(),
    manifest: undefined,
    clock: 1_795_336_241,
  };
}

/** Facts of a host on which exactly this was applied. */
export function settledFacts(desired: DesiredHost, generation: string): HostFacts {
  return {
    ...bareFacts(desired.host),
    packages: new Map(desired.packages.map((name) => [name, '1.0-1'])),
    units: new Map(desired.units.map((unit) => [unit, runningUnit(unit)])),
    files: new Map(
      desired.files.map(({ path, mode, owner, hash, bytes }) => [path, { kind: 'file', mode, owner, hash, bytes }]),
    ),
    manifest: {
      version: 1,
      edge: smallModel.name,
      generation,
      files: desired.files.map(({ path, hash, activates }) => ({ path, hash, activates })),
      originals: [],
      unfinished: undefined,
    },
  };
}

/** An enabled and running unit. */
export function runningUnit(name: string): UnitFacts {
  return {
    name,
    loadState: 'loaded',
    activeState: 'active',
    subState: 'running',
    unitFileState: 'enabled',
    mainPid: 10,
  };
}

/** Lower-case hex SHA-256. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
