import { expect, test } from 'vitest';
import { parseNetwork } from '../base/address.ts';
import type { Model, Pool, Site } from '../model/model.ts';
import { backend, ip, nginxInput, nginxModel, pool, site } from '../../test/kit/nginx-input.ts';
import { blocksOf, directivesOf, readTree, wordTexts } from '../../test/kit/nginx-tree.ts';
import { listensOf } from '../../test/kit/nginx-rules.ts';
import type { NginxBlock } from '../syntax/nginx.ts';
import type { DesiredFile } from './desired-file.ts';
import { renderNginxBalancer } from './nginx-balancer.ts';
import type { Release } from '../base/release.ts';

const web = pool('web', [backend('web1', '10.77.0.31:80'), backend('web2', '10.77.0.32:80')]);

function files(model: Model, release: Release = 'debian13'): readonly DesiredFile[] {
  const [balancer] = model.balancers;
  if (balancer === undefined) throw new Error('no balancer');
  return renderNginxBalancer(nginxInput(model, release), balancer);
}

function text(files: readonly DesiredFile[], path: string): string {
  return new TextDecoder().decode(files.find((file) => file.path === path)?.bytes);
}

/** The upstream block of a pool. */
function upstreamOf(pool: Pool): readonly string[] {
  const model = nginxModel({ pools: [pool], sites: [] });
  const [upstream] = blocksOf(readTree(files(model)), 'upstream');
  return (upstream?.body ?? []).flatMap((node) =>
    node.kind === 'comment' ? [] : [[node.name, ...wordTexts(node)].join(' ')],
  );
}

/** The HTTPS server of a site. */
function serverOf(site: Site, release: Release = 'debian13'): NginxBlock {
  const model = nginxModel({
    pools: [web],
    sites: [site],
    vips: [{ ipv4: '10.77.0.100', ipv6: 'fd77::100' }, { ipv4: '10.77.0.200' }],
  });
  const server = blocksOf(readTree(files(model, release)), 'server').find(
    (one) => directivesOf(one, 'ssl_certificate').length > 0,
  );
  if (server === undefined) throw new Error('no server');
  return server;
}

test('the files and who may read them', () => {
  const model = nginxModel({ pools: [web], sites: [site('*.shop.example', 'web')] });
  expect(files(model).map((file) => [file.path, file.mode.toString(8), file.visibility, file.activates])).toEqual([
    ['/etc/nginx/nginx.conf', '644', 'public', 'nginx'],
    ['/usr/share/evenkeel/lua/evenkeel.lua', '644', 'public', 'nginx'],
    ['/usr/share/evenkeel/lua/evenkeel-pools.lua', '644', 'public', 'nginx'],
    ['/usr/share/evenkeel/lua/evenkeel-metrics.lua', '644', 'public', 'nginx'],
    ['/etc/nginx/evenkeel/edge.conf', '644', 'public', 'nginx'],
    ['/etc/nginx/evenkeel/pools/web.conf', '644', 'public', 'nginx'],
    ['/etc/nginx/evenkeel/sites/_wildcard_.shop.example.conf', '644', 'public', 'nginx'],
    ['/etc/nginx/evenkeel/tls/_wildcard_.shop.example/chain.pem', '644', 'public', 'nginx'],
    ['/etc/nginx/evenkeel/tls/_wildcard_.shop.example/key.pem', '600', 'secret', 'nginx'],
    ['/etc/nginx/evenkeel/tickets/1.key', '600', 'secret', 'nginx'],
    ['/etc/nginx/evenkeel/tickets/2.key', '600', 'secret', 'nginx'],
    ['/etc/nginx/evenkeel/tickets/3.key', '600', 'secret', 'nginx'],
  ]);
});

test('the releases differ where their NGINX and OpenSSL do', () => {
  const model = nginxModel({ pools: [web], sites: [site('shop.example', 'web')] });
  const [old, recent] = [files(model, 'debian12'), files(model, 'debian13')];
  expect(text(old, '/etc/nginx/nginx.conf')).toContain('ssl_ecdh_curve X25519:prime256v1:secp384r1;');
  expect(text(recent, '/etc/nginx/nginx.conf')).toContain('ssl_ecdh_curve X25519MLKEM768:X25519:');
  expect(listensOf(serverOf(site('shop.example', 'web'), 'debian12'))[0]?.words).toEqual(['ssl', 'http2']);
  expect(listensOf(serverOf(site('shop.example', 'web'), 'debian13'))[0]?.words).toEqual(['ssl']);
  expect(text(recent, '/etc/nginx/evenkeel/sites/shop.example.conf')).toContain('http2 on;');
  expect(text(old, '/etc/nginx/evenkeel/sites/shop.example.conf')).not.toContain('http2 on;');
});

test('a site listens on its VIPs of both families, and on loopback', () => {
  const addresses = (vips: Site['vips']) =>
    listensOf(serverOf(site('shop.example', 'web', { vips }))).map((listen) => listen.address);
  expect(addresses(['vip1'])).toEqual(['10.77.0.100:443', '[fd77::100]:443', '127.0.0.1:443']);
  expect(addresses(['vip1', 'vip2'])).toContain('10.77.0.200:443');
  expect(addresses(['vip2'])).toEqual(['10.77.0.200:443', '127.0.0.1:443']);
});

test('IPv6 is listened on only where a VIP has it', () => {
  const listens = (vips: readonly { ipv4: string; ipv6?: string }[]) =>
    text(files(nginxModel({ pools: [], sites: [], vips })), '/etc/nginx/evenkeel/edge.conf');
  expect(listens([{ ipv4: '10.77.0.100' }])).not.toContain('[::]');
  expect(listens([{ ipv4: '10.77.0.100', ipv6: 'fd77::100' }])).toContain(
    'listen [::]:443 ssl default_server backlog=16384;',
  );
});

test('a queue as long as the kernel allows is wanted once for each socket, and nowhere else', () => {
  const listening = text(
    files(nginxModel({ pools: [], sites: [], vips: [{ ipv4: '10.77.0.100', ipv6: 'fd77::100' }] })),
    '/etc/nginx/evenkeel/edge.conf',
  );
  const queues = listening.split('\n').filter((line) => line.includes('backlog'));
  expect(queues.map((line) => /listen (\S+)/.exec(line)?.[1])).toEqual(['*:443', '[::]:443', '*:80', '[::]:80']);
});

/** What a pool says to our Lua code. */
function choiceOf(pool: Pool): string {
  const model = nginxModel({ pools: [pool], sites: [] });
  const [call] = blocksOf(readTree(files(model)), 'balancer_by_lua_block').flatMap((one) => one.body);
  return call === undefined || call.kind === 'comment' ? '' : wordTexts(call).join(' ');
}

const servers = '[[10.77.0.31:80=1]], [[10.77.0.32:80=1]]';

test.each([
  ['round-robin', 'uri', '[[round-robin]], 2, 2, 5, nil'],
  ['sticky-cookie', 'uri', '[[sticky-cookie]], 2, 2, 5, nil'],
  ['least-connections', 'uri', `[[least-connections]], 2, 2, 5, nil, ${servers}`],
  ['random-two', 'uri', `[[random-two]], 2, 2, 5, nil, ${servers}`],
  ['client-ip-hash', 'uri', `[[client-ip-hash]], 2, 2, 5, [[binary_remote_addr]], ${servers}`],
  ['consistent-hash', 'uri', `[[consistent-hash]], 2, 2, 5, [[request_uri]], ${servers}`],
  ['consistent-hash', 'client-ip', `[[consistent-hash]], 2, 2, 5, [[binary_remote_addr]], ${servers}`],
  ['consistent-hash', 'host', `[[consistent-hash]], 2, 2, 5, [[host]], ${servers}`],
] as const)('%s by %s: NGINX takes turns, our code chooses', (algorithm, hash, words) => {
  const lines = upstreamOf({ ...web, algorithm, hash });
  expect(lines.filter((one) => /^(least_conn|random|hash)/.test(one))).toEqual([]);
  expect(choiceOf({ ...web, algorithm, hash })).toBe(`chosen = pcall(evenkeel.balance, [[web]], ${words})`);
});

test('our code is told weights, spare ones, IPv6 and the limits of the pool', () => {
  const backends: Pool['backends'] = [
    backend('web1', '10.77.0.31:80', { weight: 5 }),
    backend('web2', '[fd77::32]:8080', { backup: true }),
  ];
  const changes = {
    algorithm: 'least-connections',
    retry: { attempts: 3, withinMs: 1000 },
    check: { ...web.check, failures: 4, windowMs: 1500 },
  } as const;
  expect(choiceOf(pool('web', backends, changes))).toContain(
    ', 3, 4, 2, nil, [[10.77.0.31:80=5]], [[[fd77::32]:8080=1b]])',
  );
});

test('the code chooses after the servers, which may be spare ones, and before connections are kept', () => {
  const names = upstreamOf(web).map((line) => line.split(' ')[0]);
  expect(names.slice(names.indexOf('balancer_by_lua_block'))).toEqual([
    'balancer_by_lua_block',
    'keepalive',
    'keepalive_timeout',
    'keepalive_requests',
  ]);
});

test('the only backend of a pool never counts as failed', () => {
  expect(
    upstreamOf(pool('web', [backend('web1', '10.77.0.31:80')])).filter((line) => line.startsWith('server')),
  ).toEqual(['server 10.77.0.31:80 max_fails=0 fail_timeout=5s']);
});

test('a backend carries its weight, and when it counts as down in whole seconds', () => {
  const backends: Pool['backends'] = [
    backend('web1', '10.77.0.31:80', { weight: 5 }),
    backend('web2', '[fd77::32]:8080', { backup: true }),
  ];
  const check = { ...web.check, failures: 3, windowMs: 1500 };
  expect(upstreamOf(pool('web', backends, { check })).filter((line) => line.startsWith('server'))).toEqual([
    'server 10.77.0.31:80 weight=5 max_fails=3 fail_timeout=2s',
    'server [fd77::32]:8080 max_fails=3 fail_timeout=2s backup',
  ]);
});

test('how often and how long a request is tried', () => {
  const policy = (retry: Pool['retry']) => {
    const model = nginxModel({ pools: [{ ...web, retry }], sites: [site('shop.example', 'web')] });
    const found = text(files(model), '/etc/nginx/evenkeel/sites/shop.example.conf').match(/proxy_next_upstream.*;/g);
    return found ?? [];
  };
  expect(policy({ attempts: 3, withinMs: 1500 })).toEqual([
    'proxy_next_upstream error timeout http_502 http_503;',
    'proxy_next_upstream_tries 3;',
    'proxy_next_upstream_timeout 1500ms;',
  ]);
  expect(policy({ attempts: 1, withinMs: 1500 })).toEqual(['proxy_next_upstream off;']);
});

test('HSTS only where it was asked for, and never without the other headers', () => {
  const headers = (hsts: boolean) =>
    directivesOf(serverOf(site('shop.example', 'web', { hsts })), 'add_header').map((one) => wordTexts(one)[0]);
  expect(headers(true)).toEqual([...headers(false), 'Strict-Transport-Security']);
  expect(headers(false)).toContain('Evenkeel-Balancer');
});

test('plain HTTP is redirected, or proxied where the site says so', () => {
  const model = (redirect: boolean) => nginxModel({ pools: [web], sites: [site('shop.example', 'web', { redirect })] });
  const path = '/etc/nginx/evenkeel/sites/shop.example.conf';
  expect(text(files(model(true)), path)).toContain('return 308 https://$host$request_uri;');
  expect(text(files(model(false)), path)).not.toContain('return 308');
  expect(text(files(model(false)), path).match(/proxy_pass http:\/\/web;/g)).toHaveLength(2);
});

test('inside is the private network without its gateway; of a public one only the edge itself', () => {
  const inside = (ipv4: string, gateway: string) => {
    const network = {
      name: 'lan',
      ipv4: parseNetwork(ipv4),
      ipv6: parseNetwork('2001:db8::/64'),
      gateways: [ip(gateway)],
    };
    const model = nginxModel({ pools: [], sites: [], networks: [network] });
    const [geo] = blocksOf(readTree(files(model)), 'geo');
    return (geo?.body ?? []).flatMap((node) =>
      node.kind === 'directive' ? [[node.name, ...wordTexts(node)].join(' ')] : [],
    );
  };
  const loopback = ['default 0', '127.0.0.0/8 1', '::1 1'];
  expect(inside('10.77.0.0/24', '10.77.0.1')).toEqual([...loopback, '10.77.0.0/24 1', '10.77.0.1 0']);
  expect(inside('198.51.100.0/24', '198.51.100.1')).toEqual([
    ...loopback,
    ...['10.77.0.11', '10.77.0.12', '10.77.0.100', '10.77.0.200'].map((address) => `${address} 1`),
    '198.51.100.1 0',
  ]);
  // 172.32.0.0/12 begins where the private block ends.
  expect(inside('172.32.0.0/16', '172.32.0.1')).not.toContain('172.32.0.0/16 1');
});

test('a cookie names every backend but the spare ones, by an id that says nothing', () => {
  const backends: Pool['backends'] = [
    backend('web1', '10.77.0.31:80'),
    backend('web2', '10.77.0.32:80'),
    backend('web3', '10.77.0.33:80', { backup: true }),
  ];
  const model = nginxModel({ pools: [pool('web', backends, { algorithm: 'sticky-cookie' })], sites: [] });
  const maps = new Map(blocksOf(readTree(files(model)), 'map').map((map) => [wordTexts(map)[1], map]));
  const routes = (maps.get('$evenkeel_route_web')?.body ?? []).flatMap((node) =>
    node.kind === 'directive' ? [node.name] : [],
  );
  expect(routes).toHaveLength(3);
  for (const id of routes.slice(1)) expect(id).toMatch(/^[0-9a-f]{16}$/);
  expect(new Set(routes).size).toBe(3);
  expect(maps.has('$evenkeel_secure')).toBe(true);
});

test('rendering grows with the number of sites and no faster', () => {
  const model = (count: number) =>
    nginxModel({
      pools: [web],
      sites: Array.from({ length: count }, (_, index) => site(`shop-${index}.example`, 'web')),
    });
  const sizes = [100, 200, 400].map((count) => files(model(count)).reduce((sum, file) => sum + file.bytes.length, 0));
  const [first = 0, second = 0, third = 0] = sizes;
  expect((third - second) / (second - first)).toBeCloseTo(2, 1);
});
