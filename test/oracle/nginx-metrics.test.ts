import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { releases } from '../../src/base/release.ts';
import type { RequestCounters } from '../../src/agent/metrics/shape-counters.ts';
import { countersOf } from '../kit/counters-bench.ts';
import { statuses } from '../kit/metrics-sample.ts';
import type { NginxBench } from '../kit/nginx-bench.ts';
import { openPoolsSite, vip } from '../kit/pools-site.ts';

/** Asks for a WebSocket. */
const upgrade = ['--header', 'Connection: Upgrade', '--header', 'Upgrade: websocket'];
const patience = { timeout: 30_000, interval: 100 };

describe.each(releases)('what the NGINX of %s counts', (release) => {
  let bench: NginxBench;
  beforeAll(async () => {
    bench = await openPoolsSite(release);
  });
  afterAll(() => bench?.close());

  const ask = (name: string, path: string, ...more: readonly string[]) =>
    bench.curl(`http://${name}.example${path}`, vip, ...more);
  const siteOf = ({ sites }: RequestCounters, name: string) => sites.find(({ site }) => site === `${name}.example`);
  const backendsOf = ({ backends }: RequestCounters, name: string) =>
    Object.fromEntries(backends.filter(({ pool }) => pool === name).map((one) => [one.backend, one.statuses]));
  const requestsOf = (counters: RequestCounters, name: string): number =>
    Object.values(siteOf(counters, name)?.statuses ?? {}).reduce((sum, count) => sum + count, 0);

  test('nothing, before anybody has asked', async () => {
    expect(await countersOf(bench)).toEqual({
      sites: [],
      backends: [],
      handshakes: { full: 0, resumed: 0 },
      protocols: [],
    });
  });

  test('every request of every worker, within a second and without another request', async () => {
    // A connection of its own for each, so that all workers have some.
    await bench.answeredBy('http://turn.example/#', vip, 60);
    await expect.poll(async () => requestsOf(await countersOf(bench), 'turn'), patience).toBe(60);
    const counters = await countersOf(bench);
    const site = siteOf(counters, 'turn');
    expect(site?.statuses).toEqual(statuses({ '2xx': 60 }));
    expect(site?.buckets.reduce((sum, count) => sum + count, 0)).toBe(60);
    expect(site?.bytes).toBeGreaterThan(60 * 100);
    expect(Object.values(backendsOf(counters, 'turn')).map((found) => found['2xx'])).toEqual([20, 20, 20]);
    expect(counters.protocols).toEqual([{ protocol: 'HTTP/1.1', requests: 60 }]);
  });

  test('what clients are refused, and each try at a backend by itself', async () => {
    expect((await ask('weak', '/hang-up/web1')).status).toBe(200);
    // One of three in turn: all have been tried after three.
    for (let turn = 0; turn < 3; turn += 1) await ask('once', '/refuse/web2');
    // Too large for the site; refused before a backend is asked.
    expect((await ask('once', '/', '--header', `Content-Length: ${2 ** 40}`, '--request', 'POST')).status).toBe(413);
    await expect.poll(async () => requestsOf(await countersOf(bench), 'once'), patience).toBe(4);
    const counters = await countersOf(bench);
    expect(siteOf(counters, 'once')?.statuses).toEqual(statuses({ '2xx': 2, '4xx': 1, '5xx': 1 }));
    expect(backendsOf(counters, 'once')).toMatchObject({ web2: statuses({ '5xx': 1 }) });
    const tries = Object.entries(backendsOf(counters, 'weak'));
    expect(siteOf(counters, 'weak')?.statuses).toEqual(statuses({ '2xx': 1 }));
    expect(tries.reduce((sum, [, found]) => sum + found['2xx'], 0)).toBe(1);
    for (const [name, found] of tries) expect([name, found['5xx']]).toEqual([name, name === 'web1' ? 1 : 0]);
  });

  test('handshakes that begin a session and those that take one up; versions of HTTP', async () => {
    const before = await countersOf(bench);
    // Two requests on each connection; one session for all of them.
    const urls = ['https://sticky.example/a', 'https://sticky.example/b'];
    for (let turn = 0; turn < 2; turn += 1) {
      await bench.must([
        ...(['curl', '--silent', '--fail', '--http2', '--cacert', `${bench.folder}/cert.pem`] as const),
        '--connect-to',
        `sticky.example::${vip}:`,
        ...urls,
      ]);
    }
    await expect.poll(async () => requestsOf(await countersOf(bench), 'sticky'), patience).toBe(4);
    const after = await countersOf(bench);
    expect(after.handshakes.full - before.handshakes.full).toBe(2);
    expect(after.protocols).toContainEqual({ protocol: 'HTTP/2', requests: 4 });
    const said = await bench.must([
      'sh',
      '-c',
      `openssl s_client -connect ${vip}:443 -servername sticky.example -tls1_2 -sess_out ${bench.folder}/s </dev/null >/dev/null 2>&1
      printf 'GET / HTTP/1.1\\r\\nHost: sticky.example\\r\\nConnection: close\\r\\n\\r\\n' |
        openssl s_client -connect ${vip}:443 -servername sticky.example -tls1_2 -sess_in ${bench.folder}/s -ign_eof 2>/dev/null`,
    ]);
    expect(said).toContain('Reused');
    await expect
      .poll(async () => (await countersOf(bench)).handshakes.resumed - before.handshakes.resumed, patience)
      .toBe(1);
  });

  test('an upgraded connection is a request, and nothing that somebody waited for', async () => {
    await ask('least', '/socket', ...upgrade, '--max-time', '1');
    await expect.poll(async () => requestsOf(await countersOf(bench), 'least'), patience).toBe(1);
    const site = siteOf(await countersOf(bench), 'least');
    expect(site?.statuses).toEqual(statuses({ '1xx': 1 }));
    expect(site?.buckets.every((count) => count === 0)).toBe(true);
  });

  test('counters outlive a reload, also those of the old workers, and end with NGINX', async () => {
    const before = await countersOf(bench);
    const held = ask('least', '/socket', ...upgrade, '--max-time', '3');
    // With the one that asks.
    await expect
      .poll(() => bench.must(['curl', '--silent', 'http://127.0.0.1:8079/stub_status']), patience)
      .toContain('Writing: 2');
    expect((await bench.image.start(['nginx', '-s', 'reload'])).exitCode).toBe(0);
    await bench.answeredBy('http://turn.example/#', vip, 10);
    await held;
    await expect
      .poll(async () => {
        const after = await countersOf(bench);
        return ['turn', 'least'].map((name) => requestsOf(after, name) - requestsOf(before, name));
      }, patience)
      .toEqual([10, 1]);

    await bench.image.run(['nginx', '-s', 'stop']);
    await bench.image.run([
      'sh',
      '-c',
      'while [ -e /run/nginx.pid ]; do sleep 0.05; done; rm -f /run/evenkeel/pools/*.sock',
    ]);
    await bench.startNginx();
    expect((await countersOf(bench)).sites).toEqual([]);
  });

  test('code that is broken costs the counters and nothing else', async () => {
    const path = '/usr/share/evenkeel/lua/evenkeel-metrics.lua';
    await bench.image.write([{ path, bytes: new TextEncoder().encode('this is no Lua'), mode: 0o644 }]);
    expect((await bench.image.start(['nginx', '-s', 'reload'])).exitCode).toBe(0);
    await expect.poll(() => countersOf(bench).then(String, () => 'refused'), patience).toBe('refused');
    const said = await bench.answeredBy('http://turn.example/#', vip, 30);
    expect(new Set(said).size).toBe(3);
    await bench.image.write([
      {
        path,
        bytes: new TextEncoder().encode(
          'return { count = function() error("no") end, answer = function() error("no") end }',
        ),
        mode: 0o644,
      },
    ]);
    expect((await bench.image.start(['nginx', '-s', 'reload'])).exitCode).toBe(0);
    await expect.poll(async () => (await bench.answeredBy('http://turn.example/#', vip, 30)).length, patience).toBe(30);
  });
});
