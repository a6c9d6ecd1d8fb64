import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderNginxWeb } from '../../src/render/nginx-web.ts';
import { NginxBench, backendSaw } from '../kit/nginx-bench.ts';
import { backend, nginxInput, nginxModel, pool, webServer } from '../kit/nginx-input.ts';
import { resolveCheck } from '../../src/model/resolve-check.ts';

const address = '10.77.0.31';
const check = resolveCheck({ path: '/healthz' });
const model = nginxModel({
  web: [webServer('web1', address)],
  pools: [
    pool('web', [backend('web1', `${address}:80`)]),
    pool('app', [backend('web1', `${address}:8080`)], { check: resolveCheck({ path: '/status?full=1', status: 204 }) }),
    pool('other', [backend('web2', '10.77.0.32:8081')], { check }),
  ],
  sites: [],
});

describe.each(['debian12', 'debian13'] as const)('a managed web server of %s', (release) => {
  let bench: NginxBench;

  beforeAll(async () => {
    bench = await NginxBench.open(release);
    const [web] = model.webServers;
    if (web === undefined) throw new Error('no web server');
    await bench.image.write(renderNginxWeb(nginxInput(model, release), web));
    await bench.image.write([
      {
        path: '/etc/nginx/evenkeel-local/own.conf',
        bytes: new TextEncoder().encode('location /own/ { return 200 "my own place"; }\n'),
        mode: 0o644,
      },
    ]);
    await bench.addAddresses([address, '10.77.0.11', '10.77.0.99']);
    await bench.startNginx();
  });
  afterAll(() => bench?.close());

  /** Asks without TLS: curl's certificate file is not there. */
  const get = (path: string, ...more: readonly string[]) => bench.curl(`http://shop.example${path}`, address, ...more);

  test('shows a page with its name, and what somebody puts in its place', async () => {
    const page = await get('/');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, ['text/html']]);
    expect(page.body).toContain('<h1>web1</h1>');
    await bench.image.write([
      { path: '/var/www/evenkeel/index.html', bytes: new TextEncoder().encode('my own'), mode: 0o644 },
      { path: '/var/www/evenkeel/folder/index.html', bytes: new TextEncoder().encode('deeper'), mode: 0o644 },
    ]);
    expect((await get('/')).body).toBe('my own');
    const folder = await get('/folder');
    expect([folder.status, folder.headers.get('location')]).toEqual([301, ['/folder/']]);
    expect((await get('/nothing')).status).toBe(404);
  });

  test("has a person's own locations, on all of its ports", async () => {
    expect((await get('/own/place')).body).toBe('my own place');
    expect((await bench.curl('http://shop.example:8080/own/', address)).body).toBe('my own place');
  });

  test('answers the checks of its pools, on their ports, and of no other', async () => {
    expect((await bench.curl('http://shop.example:8080/status', address)).status).toBe(204);
    expect((await get('/healthz')).status).toBe(404);
    expect((await bench.curl('http://shop.example:8081/', address)).exitCode).toBe(7);
  });

  test('believes a balancer about the client, and nobody else', async () => {
    const said = ['--header', 'X-Forwarded-For: 203.0.113.9', '--header', 'X-Request-Id: abc'];
    await get('/believed', '--interface', '10.77.0.11', ...said);
    await get('/doubted', '--interface', '10.77.0.99', ...said);
    const log = join(bench.image.path, 'var/log/nginx/access.log');
    const lines = async () => (await readFile(log, 'utf8')).trim().split('\n');
    await expect
      .poll(async () => (await lines()).some((line) => line.includes('/doubted')), { timeout: 20_000 })
      .toBe(true);
    const entries = (await lines()).map((line) => backendSaw(line));
    expect(entries.find((entry) => entry['uri'] === '/believed')).toMatchObject({
      node: 'web1',
      client: '203.0.113.9',
      balancer: '10.77.0.11',
      id: 'abc',
    });
    expect(entries.find((entry) => entry['uri'] === '/doubted')).toMatchObject({ client: '10.77.0.99' });
  });
});
