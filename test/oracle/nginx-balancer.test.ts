import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Algorithm } from '../../src/spec/spec.ts';
import { renderNginxBalancer } from '../../src/render/nginx-balancer.ts';
import { parseNetwork } from '../../src/base/address.ts';
import type { Model, Pool } from '../../src/model/model.ts';
import { NginxBench, backendName, backendSaw, selfSigned } from '../kit/nginx-bench.ts';
import { backend, ip, nginxInput, nginxModel, pool, site } from '../kit/nginx-input.ts';

const vip1 = '10.77.0.100';
const vip1v6 = '[fd77::100]';
const vip2 = '10.77.0.200';
const stranger = '198.51.100.7';
const backends = { web1: '10.77.0.31:3000', web2: '10.77.0.32:3000', web3: '10.77.0.33:3000' };

function pair(name: string, algorithm: Algorithm, changes: Partial<Pool> = {}): Pool {
  return pool(name, [backend('web1', backends.web1), backend('web2', backends.web2)], { algorithm, ...changes });
}

/** What curl says of a connection that was closed, or reset, without an answer. */
const closed = [52, 56];

/** Failures count for one second, so that tests end. */
const forgetful = { ...pair('', 'round-robin').check, windowMs: 1000 };

/** A pool for each thing to try, and a site for each pool. */
const model: Model = nginxModel({
  vips: [{ ipv4: vip1, ipv6: 'fd77::100' }, { ipv4: vip2 }],
  networks: [
    {
      name: 'lan',
      ipv4: parseNetwork('10.77.0.0/24'),
      ipv6: parseNetwork('fd77::/64'),
      gateways: [ip('10.77.0.1')],
    },
  ],
  pools: [
    pair('turn', 'round-robin', { check: forgetful }),
    pool('weight', [backend('web1', backends.web1), backend('web2', backends.web2, { weight: 3 })]),
    pair('least', 'least-connections'),
    pair('random', 'random-two'),
    pair('client', 'client-ip-hash'),
    pair('uri', 'consistent-hash'),
    pair('host', 'consistent-hash', { hash: 'host' }),
    pair('sticky', 'sticky-cookie', { check: forgetful }),
    pair('once', 'round-robin', { retry: { attempts: 1, withinMs: 1000 } }),
    pair('resort', 'round-robin', { check: { ...forgetful, windowMs: 600_000 } }),
    pool('spare', [backend('web3', backends.web3), backend('web1', backends.web1, { backup: true })], {
      check: forgetful,
    }),
  ],
  sites: [
    site('turn.example', 'turn', { vips: ['vip1', 'vip2'], hsts: true, bodyLimit: 1024 }),
    ...['weight', 'least', 'random', 'client', 'uri', 'sticky', 'once', 'spare', 'resort'].map((name) =>
      site(`${name}.example`, name),
    ),
    site('*.host.example', 'host', { names: ['*.host.example'] }),
    site('plain.example', 'sticky', { redirect: false }),
  ],
});
const certificateNames = [...model.sites.flatMap((one) => one.names), 'nobody.example'];

describe.each(['debian12', 'debian13'] as const)('a balancer of %s', (release) => {
  let bench: NginxBench;
  /** The second balancer, in a network of its own; the same keys. */
  let second: NginxBench;

  beforeAll(async () => {
    bench = await NginxBench.open(release);
    second = await NginxBench.open(release);
    const certificate = await selfSigned(bench.folder, certificateNames);
    const input = nginxInput(model, release, certificate);
    for (const [index, one] of [bench, second].entries()) {
      const balancer = model.balancers[index];
      if (balancer === undefined) throw new Error('two balancers');
      await writeFile(join(one.folder, 'cert.pem'), certificate.chainPem);
      await one.image.write(renderNginxBalancer(input, balancer));
      // No VIP is here yet: NGINX must start on a balancer that holds none.
      await one.startNginx();
      await one.addAddresses([
        vip1,
        'fd77::100',
        vip2,
        stranger,
        '10.77.0.1',
        '10.77.0.31',
        '10.77.0.32',
        '10.77.0.33',
      ]);
    }
    for (const [name, endpoint] of Object.entries(backends)) await bench.startBackend(name, endpoint);
    await second.startBackend('web1', backends.web1);
  });
  afterAll(async () => {
    await bench?.close();
    await second?.close();
  });

  test('sends HTTP to HTTPS, path and query kept, on every VIP and family', async () => {
    for (const to of [vip1, vip2, vip1v6]) {
      const answer = await bench.curl('http://turn.example/a%20b?c=%2F&d', to);
      expect([answer.status, answer.headers.get('location')]).toEqual([308, ['https://turn.example/a%20b?c=%2F&d']]);
    }
  });

  test('serves each site on its VIPs and nowhere else', async () => {
    expect((await bench.curl('https://turn.example/', vip2)).status).toBe(200);
    expect((await bench.curl('https://turn.example/', vip1v6)).status).toBe(200);
    expect((await bench.curl('https://weight.example/', vip1)).status).toBe(200);
    expect((await bench.curl('https://weight.example/', vip2)).exitCode).toBe(35);
    expect(closed).toContain((await bench.curl('http://weight.example/', vip2)).exitCode);
    // An address of the balancer that is no VIP; and loopback, where it can be asked for its sites.
    expect((await bench.curl('https://turn.example/', '10.77.0.31')).exitCode).toBe(35);
    expect((await bench.curl('https://weight.example/', '127.0.0.1')).status).toBe(200);
  });

  test('refuses names it does not know, and shows them no certificate', async () => {
    for (const to of [vip1, vip2, vip1v6, '127.0.0.1', '10.77.0.31']) {
      expect((await bench.curl('https://nobody.example/', to)).exitCode).toBe(35);
      expect(closed).toContain((await bench.curl('http://nobody.example/', to)).exitCode);
    }
    const shaken = await bench.image.runInNetwork(['openssl', 's_client', '-connect', `${vip1}:443`, '-noservername']);
    expect(shaken.stdout + shaken.stderr).toContain('no peer certificate available');
    const foreign = await bench.curl('https://turn.example/', vip1, '--header', 'Host: nobody.example');
    expect([foreign.status, foreign.body.includes('nginx')]).toEqual([421, true]);
  });

  test('speaks HTTP/2 and HTTP/1.1, TLS 1.2 and 1.3, and nothing older', async () => {
    expect((await bench.curl('https://turn.example/', vip1)).version).toBe('2');
    expect((await bench.curl('https://turn.example/', vip1, '--http1.1')).version).toBe('1.1');
    expect((await bench.curl('https://turn.example/', vip1, '--tls-max', '1.2')).status).toBe(200);
    const old = ['--tls-max', '1.1', '--ciphers', 'DEFAULT@SECLEVEL=0'];
    expect((await bench.curl('https://turn.example/', vip1, ...old)).exitCode).toBe(35);
    expect((await bench.curl('https://turn.example/', vip1)).headers.get('strict-transport-security')).toEqual([
      'max-age=63072000',
    ]);
    expect((await bench.curl('https://once.example/', vip1)).headers.has('strict-transport-security')).toBe(false);
  });

  test.each(['-tls1_2', '-tls1_3'])('resumes on the other balancer a session begun here (%s)', async (version) => {
    const session = join(bench.folder, `session${version}`);
    const request = 'GET / HTTP/1.1\r\nHost: turn.example\r\nConnection: close\r\n\r\n';
    const shake = (on: NginxBench, ...more: readonly string[]) =>
      on.image.runInNetwork(
        ['openssl', 's_client', '-connect', `${vip1}:443`, '-servername', 'turn.example', version, '-ign_eof', ...more],
        request,
      );
    expect((await shake(bench, '-sess_out', session)).stdout).toContain('New, TLS');
    expect((await shake(second, '-sess_in', session)).stdout).toContain('Reused, TLS');
    expect((await shake(second)).stdout).toContain('New, TLS');
  });

  test('deals requests out in turn, and by weight', async () => {
    const turns = await bench.answeredBy('https://turn.example/#', vip1, 40);
    expect(countOf(turns, 'web1')).toBe(20);
    const weighed = await bench.answeredBy('https://weight.example/#', vip1, 40);
    expect(countOf(weighed, 'web2')).toBe(30);
  });

  test('uses every backend with least connections and two random choices', async () => {
    for (const name of ['least', 'random']) {
      const answers = await bench.answeredBy(`https://${name}.example/#`, vip1, 60);
      for (const web of ['web1', 'web2']) expect(countOf(answers, web)).toBeGreaterThan(9);
    }
  });

  test('keeps a client, a path and a host with one backend, and spreads them', async () => {
    expect(new Set(await bench.answeredBy('https://client.example/#', vip1, 20)).size).toBe(1);
    const paths = await bench.answeredBy('https://uri.example/#', vip1, 60);
    expect(await bench.answeredBy('https://uri.example/#', vip1, 60)).toEqual(paths);
    for (const web of ['web1', 'web2']) expect(countOf(paths, web)).toBeGreaterThan(9);
    expect(new Set(await bench.answeredBy('https://a.host.example/#', vip1, 20)).size).toBe(1);
    const hosts: string[] = [];
    for (const name of 'abcdefghijkl') {
      hosts.push(backendName((await bench.curl(`https://${name}.host.example/`, vip1)).body));
    }
    expect(new Set(hosts).size).toBe(2);
  });

  test('puts both balancers to the same backend for one path', async () => {
    await second.startBackend('web2', backends.web2);
    const here = await bench.answeredBy('https://uri.example/#', vip1, 40);
    expect(await second.answeredBy('https://uri.example/#', vip1, 40)).toEqual(here);
    await second.killBackend('web2');
  });

  test('keeps a browser with the backend its cookie names', async () => {
    const first = await bench.curl('https://sticky.example/', vip1);
    const [cookie = ''] = first.headers.get('set-cookie') ?? [];
    expect(cookie).toMatch(/^evenkeel_backend=[0-9a-f]{16}; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
    const value = cookie.split(';')[0] ?? '';
    const chosen = backendName(first.body);
    for (let index = 0; index < 10; index += 1) {
      const next = await bench.curl('https://sticky.example/', vip1, '--cookie', value);
      expect([backendName(next.body), next.headers.has('set-cookie')]).toEqual([chosen, false]);
    }
    const strange = await bench.curl('https://sticky.example/', vip1, '--cookie', 'evenkeel_backend=10.77.0.32:80');
    expect([strange.status, strange.headers.has('set-cookie')]).toEqual([200, true]);
    const plain = await bench.curl('http://plain.example/', vip1);
    expect(plain.headers.get('set-cookie')?.[0]).toMatch(/SameSite=Lax$/);

    await bench.killBackend(chosen);
    const other = chosen === 'web1' ? 'web2' : 'web1';
    let renewed: string | undefined;
    for (let index = 0; index < 10; index += 1) {
      const next = await bench.curl('https://sticky.example/', vip1, '--cookie', value);
      expect([next.status, backendName(next.body)]).toEqual([200, other]);
      renewed ??= next.headers.get('set-cookie')?.[0];
    }
    expect(renewed).toMatch(/^evenkeel_backend=/);
    expect(renewed).not.toContain(value);
    await bench.startBackend(chosen, chosen === 'web1' ? backends.web1 : backends.web2);
    await expect
      .poll(async () => backendName((await bench.curl('https://sticky.example/', vip1, '--cookie', value)).body), {
        timeout: 20_000,
      })
      .toBe(chosen);
  });

  test('loses no request when a backend dies, and comes back to it', async () => {
    await bench.killBackend('web2');
    expect(new Set(await bench.answeredBy('https://turn.example/#', vip1, 40))).toEqual(new Set(['web1']));
    await bench.startBackend('web2', backends.web2);
    await expect.poll(() => bench.answeredBy('https://turn.example/#', vip1, 4), { timeout: 20_000 }).toContain('web2');
  });

  test('asks every backend again when all have failed, without waiting for the failures to be forgotten', async () => {
    await bench.killBackend('web1');
    await bench.killBackend('web2');
    for (let request = 0; request < 6; request += 1) {
      expect((await bench.curl('https://resort.example/', vip1)).status).toBe(502);
    }
    await bench.startBackend('web2', backends.web2);
    // Far within the ten minutes for which both count as failed.
    await expect
      .poll(() => bench.answeredBy('https://resort.example/#', vip1, 4), { timeout: 20_000 })
      .toEqual(['web2', 'web2', 'web2', 'web2']);
    await bench.startBackend('web1', backends.web1);
  });

  test('asks a spare backend only when the others are down', async () => {
    expect(new Set(await bench.answeredBy('https://spare.example/#', vip1, 10))).toEqual(new Set(['web3']));
    await bench.killBackend('web3');
    expect(new Set(await bench.answeredBy('https://spare.example/#', vip1, 10))).toEqual(new Set(['web1']));
    await bench.startBackend('web3', backends.web3);
    await expect
      .poll(() => bench.answeredBy('https://spare.example/#', vip1, 2), { timeout: 20_000 })
      .toContain('web3');
  });

  test('tries another backend for a GET, as often as the pool says, and none for a POST that may have happened', async () => {
    for (const path of ['hang-up', 'refuse']) {
      const answers = await Promise.all([1, 2].map(() => bench.curl(`https://least.example/${path}/web1`, vip1)));
      for (const answer of answers) expect([answer.status, backendName(answer.body)]).toEqual([200, 'web2']);
    }
    const posted = await Promise.all(
      [1, 2].map(() => bench.curl('https://turn.example/hang-up/web1', vip1, '--data', 'order=1')),
    );
    expect(posted.map((answer) => [answer.status, answer.headers.get('evenkeel-backend')]).toSorted()).toEqual([
      [200, [backends.web2]],
      [502, [backends.web1]],
    ]);
    const once = await Promise.all([1, 2].map(() => bench.curl('https://once.example/refuse/web1', vip1)));
    expect(once.map((answer) => answer.status).toSorted()).toEqual([200, 503]);
  });

  test('tells the edge itself who answered, and nobody else', async () => {
    const inside = await bench.curl('https://weight.example/', vip1);
    const headers = [...inside.headers.keys()].filter((name) => name.startsWith('evenkeel-')).toSorted();
    expect(headers).toEqual([
      'evenkeel-backend',
      'evenkeel-backend-connect',
      'evenkeel-backend-header',
      'evenkeel-backend-status',
      'evenkeel-balancer',
      'evenkeel-request',
    ]);
    expect(inside.headers.get('evenkeel-balancer')).toEqual(['lb1']);
    expect(inside.headers.get('evenkeel-backend-status')).toEqual(['200']);
    expect(inside.headers.get('evenkeel-backend-header')?.[0]).toMatch(/^\d+\.\d{3}$/);
    const saw = backendSaw(inside.body);
    expect(saw['headers']).toMatchObject({ 'x-request-id': inside.headers.get('evenkeel-request')?.[0] });
    for (const from of [stranger, '10.77.0.1']) {
      const outside = await bench.curl('https://weight.example/', vip1, '--interface', from);
      expect([...outside.headers.keys()].filter((name) => name.startsWith('evenkeel-'))).toEqual([]);
      expect([...outside.headers.values()].flat().join()).not.toContain('10.77.0.');
    }
    const redirected = await bench.curl('http://turn.example/', vip1);
    expect(redirected.headers.get('evenkeel-balancer')).toEqual(['lb1']);
  });

  test('replaces what a client says about itself', async () => {
    const lies = [
      'X-Forwarded-For: 1.2.3.4',
      'X-Real-IP: 1.2.3.4',
      'X-Forwarded-Proto: http',
      'Proxy: evil:80',
    ].flatMap((line) => ['--header', line]);
    const answer = await bench.curl('https://turn.example/x?y', vip1, ...lies, '--interface', stranger, '--http1.1');
    const { headers, url } = backendSaw(answer.body);
    expect(url).toBe('/x?y');
    expect(headers).toMatchObject({
      host: 'turn.example',
      'x-forwarded-for': stranger,
      'x-real-ip': stranger,
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'turn.example',
      'x-forwarded-port': '443',
    });
    expect(headers).not.toHaveProperty('proxy');
    expect(headers).not.toHaveProperty('connection', 'upgrade');
  });

  test('passes WebSocket on, and no other upgrade', async () => {
    const ask = (protocol: string) =>
      bench.image.runInNetwork(
        ['openssl', 's_client', '-quiet', '-connect', `${vip1}:443`, '-servername', 'turn.example'],
        [
          'GET /ws HTTP/1.1',
          'Host: turn.example',
          `Upgrade: ${protocol}`,
          'Connection: Upgrade, close',
          'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
          '',
          'ahoy',
        ].join('\r\n'),
      );
    const socket = await ask('websocket');
    expect(socket.stdout).toMatch(/^HTTP\/1\.1 101 /);
    expect(socket.stdout).toMatch(/here is web\d\n[^]*web\d heard ahoy/);
    expect((await ask('h2c')).stdout).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('keeps connections to backends', async () => {
    const seen = new Set<unknown>();
    for (let index = 0; index < 12; index += 1) {
      const { name, connection } = backendSaw((await bench.curl('https://turn.example/', vip1)).body);
      seen.add(`${String(name)} ${String(connection)}`);
    }
    // Two backends, and each worker keeps its own.
    expect(seen.size).toBeLessThanOrEqual(8);
  });

  test('limits what a request may bring', async () => {
    const large = await bench.curl('https://turn.example/', vip1, '--data', 'x'.repeat(1025));
    expect(large.status).toBe(413);
    const many = Array.from({ length: 201 }, (_, index) => ['--header', `X-${index}: 1`]).flat();
    expect((await bench.curl('https://turn.example/', vip1, '--http1.1', ...many)).status).toBe(400);
  });

  test('answers for its own health, until it is draining', async () => {
    for (const to of [vip1, vip1v6, vip2]) {
      const up = await bench.curl('http://up.evenkeel/', to);
      expect([up.status, up.body.trim()]).toEqual([200, 'OK']);
    }
    expect((await bench.curl('http://up.evenkeel/other', vip1)).status).toBe(404);
    await bench.image.write([{ path: '/run/evenkeel/draining', bytes: new Uint8Array(), mode: 0o644 }]);
    const draining = await bench.curl('http://up.evenkeel/', vip1);
    expect([draining.status, draining.body.includes('OK')]).toEqual([503, false]);
    expect((await bench.curl('http://localhost:8079/up', '127.0.0.1')).status).toBe(503);
    // Sites go on: draining moves new clients away and cuts none off.
    expect((await bench.curl('https://turn.example/', vip1)).status).toBe(200);
    await rm(`${bench.image.path}/run/evenkeel/draining`);
    expect((await bench.curl('http://up.evenkeel/', vip1)).status).toBe(200);
  });

  test('counts for this computer only', async () => {
    const counters = await bench.curl('http://localhost:8079/stub_status', '127.0.0.1');
    expect(counters.body).toContain('Active connections');
    expect((await bench.curl('http://turn.example:8079/stub_status', vip1)).exitCode).toBe(7);
    expect((await bench.curl('http://up.evenkeel/stub_status', vip1)).status).toBe(404);
  });

  test('writes one JSON object a request, whatever the client sends, and none for health', async () => {
    const odd = `odd"\\'{}<é>`;
    await bench.curl('https://turn.example/odd%22?q="', vip1, '--user-agent', odd, '--interface', stranger);
    const log = join(bench.image.path, 'var/log/nginx/access.log');
    const lines = async () => (await readFile(log, 'utf8')).trim().split('\n');
    await expect
      .poll(async () => (await lines()).some((line) => line.includes('odd%22')), { timeout: 20_000 })
      .toBe(true);
    const entries = (await lines()).map((line) => backendSaw(line));
    expect(entries.filter((entry) => entry['host'] === 'up.evenkeel')).toEqual([]);
    expect(entries.find((entry) => entry['agent'] === odd)).toMatchObject({
      node: 'lb1',
      vip: vip1,
      client: stranger,
      site: 'turn.example',
      method: 'GET',
      status: '200',
      backendStatus: '200',
    });
    // A request that took two tries says so.
    expect(entries.some((entry) => entry['backendStatus'] === '502, 200')).toBe(true);
  });
});

function countOf(names: readonly string[], name: string): number {
  return names.filter((one) => one === name).length;
}
