import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { releases } from '../../src/base/release.ts';
import { block, directive, variable } from '../../src/syntax/nginx.ts';
import { printNginx } from '../../src/syntax/nginx-print.ts';
import { backendName, backendSaw } from '../kit/nginx-bench.ts';
import type { NginxBench } from '../kit/nginx-bench.ts';
import { PoolsBench, active, backendDocument, tally } from '../kit/pools-bench.ts';
import { added, endpoints, openPoolsSite, vip } from '../kit/pools-site.ts';

const [web1, web2, web3] = [
  backendDocument('one', endpoints.web1),
  backendDocument('two', endpoints.web2),
  backendDocument('three', endpoints.web3),
];
const down = { state: 'down' } as const;
const drain = { state: 'drain' } as const;

describe.each(releases)('the pools of %s without a reload', (release) => {
  let bench: NginxBench;
  let pools: PoolsBench;

  beforeAll(async () => {
    bench = await openPoolsSite(release);
    pools = new PoolsBench(bench);
  });
  afterAll(() => bench?.close());

  const answers = (name: string, count: number) => pools.inTurn(`${name}.example`, vip, count);
  const ask = (name: string, path: string, ...more: readonly string[]) =>
    bench.curl(`http://${name}.example${path}`, vip, ...more);
  const errors = () => readFile(join(bench.image.path, 'var/log/nginx/error.log'), 'utf8');

  test('needs no document: the servers of the files decide', async () => {
    expect(await pools.get()).toEqual({ status: 200, body: { version: 0, pools: {} } });
    for (const name of ['turn', 'sticky', 'least', 'random', 'uri']) {
      expect([name, new Set(await answers(name, 60)).size]).toEqual([name, 3]);
    }
    expect(await errors()).not.toContain('evenkeel');
  });

  test('puts a path where NGINX itself would, and moves nobody but the clients of a backend that is down', async () => {
    const servers = Object.values(endpoints).map((endpoint) => directive('server', endpoint));
    const plain = [
      directive('pid', '/run/plain.pid'),
      block('events', [], []),
      block(
        'http',
        [],
        [
          block('upstream', ['uri'], [directive('hash', variable('request_uri'), 'consistent'), ...servers]),
          block(
            'server',
            [],
            [directive('listen', '127.0.0.1:8082'), block('location', ['/'], [directive('proxy_pass', 'http://uri')])],
          ),
        ],
      ),
    ];
    const bytes = new TextEncoder().encode(printNginx(plain));
    await bench.image.write([{ path: '/tmp/plain.conf', bytes, mode: 0o644 }]);
    expect((await bench.image.start(['nginx', '-c', '/tmp/plain.conf'])).stderr).toBe('');
    const said = await bench.must(['curl', '--silent', '--fail', 'http://127.0.0.1:8082/[1-90]']);
    const native = said.trim().split('\n').map(backendName);
    await bench.image.run(['nginx', '-c', '/tmp/plain.conf', '-s', 'quit']);

    expect(await answers('uri', 90)).toEqual(native);
    await pools.tell({ uri: [web1, web2, web3] });
    await expect.poll(() => answers('uri', 90), { timeout: 20_000 }).toEqual(native);
    await pools.tell({ uri: [web1, { ...web2, ...down }, web3] });
    await expect.poll(() => answers('uri', 30), { timeout: 20_000 }).not.toContain('web2');
    const moved = await answers('uri', 90);
    expect(moved.filter((name, index) => native[index] !== 'web2' && native[index] !== name)).toEqual([]);
    expect(new Set(moved.filter((_, index) => native[index] === 'web2')).size).toBe(2);
    await pools.tell({ client: [web1, web2, web3] });
    expect(new Set(await answers('client', 20)).size).toBe(1);
  });

  test('weighs exactly', async () => {
    await pools.tell({ turn: [web1, { ...web2, weight: 2 }, { ...web3, weight: 5 }] });
    await expect
      .poll(async () => tally(await answers('turn', 80)), { timeout: 20_000 })
      .toEqual({ web1: 10, web2: 20, web3: 50 });
    // Nobody waits in these pools, so that all have as few requests, and turns decide.
    await pools.tell({ least: [web1, { ...web2, weight: 2 }, { ...web3, weight: 5 }], random: [web1, web2] });
    await expect
      .poll(async () => tally(await answers('least', 80)), { timeout: 20_000 })
      .toEqual({ web1: 10, web2: 20, web3: 50 });
    await expect.poll(async () => new Set(await answers('random', 80)).size, { timeout: 20_000 }).toBe(2);
  });

  test('loses no request while backends go down, come up, appear and vanish', async () => {
    const all = [...Object.entries(added).map(([id, endpoint]) => backendDocument(id, endpoint)), web1, web2, web3];
    const load = { busy: true };
    const loaded = bench
      .must([
        ...(['curl', '--silent', '--fail', '--parallel', '--parallel-max', '12'] as const),
        '--connect-to',
        `turn.example::${vip}:`,
        'http://turn.example/[1-6000]',
      ])
      .finally(() => {
        load.busy = false;
      });
    let changes = 0;
    while (load.busy) {
      const left = all[changes % all.length];
      const turned = all.map((one) => (one === left ? { ...one, ...down } : one));
      await pools.tell({ turn: changes % 2 === 0 ? turned : all.filter((one) => one !== left) });
      changes += 1;
    }
    const served = tally((await loaded).trim().split('\n').map(backendName));
    expect(Object.values(served).reduce((sum, count) => sum + count, 0)).toBe(6000);
    expect(Object.keys(served).toSorted()).toEqual(['web1', 'web2', 'web3', 'web4', 'web6']);
    expect(changes).toBeGreaterThan(4);

    await pools.tell({ turn: [web1, { ...web2, ...down }, { ...web3, ...drain }] });
    await expect
      .poll(async () => tally(await bench.answeredBy('http://turn.example/#', vip, 20)), { timeout: 20_000 })
      .toEqual({ web1: 20 });
    await expect.poll(async () => active((await pools.get()).body), { timeout: 20_000 }).toBe(0);
  });

  test('keeps connections to each backend, and none for another', async () => {
    await pools.tell({ turn: [web1, web2, web3] });
    const seen = new Set<string>();
    for (let index = 0; index < 24; index += 1) {
      const answer = await ask('turn', '/');
      const { name, connection } = backendSaw(answer.body);
      seen.add(`${String(name)} ${String(connection)}`);
      const [from = ''] = answer.headers.get('evenkeel-backend') ?? [];
      expect(Object.entries(endpoints)).toContainEqual([name, from]);
    }
    // Three backends, and each worker keeps its own.
    const workers = (await bench.image.run(['sh', '-c', 'set -- $(pgrep -P $(cat /run/nginx.pid)); echo $#'])).stdout;
    expect(seen.size).toBeLessThanOrEqual(3 * Math.max(4, Number(workers)));
  });

  test('asks spare backends only when no regular one is up', async () => {
    await pools.tell({ turn: [web1, web2, { ...web3, backup: true }] });
    await expect.poll(() => answers('turn', 20), { timeout: 20_000 }).not.toContain('web3');
    await pools.tell({
      turn: [
        { ...web1, ...down },
        { ...web2, ...down },
        { ...web3, backup: true },
      ],
    });
    await expect.poll(async () => tally(await answers('turn', 20)), { timeout: 20_000 }).toEqual({ web3: 20 });
    // One that drains works: rather it than a backend that does not.
    await pools.tell({
      turn: [
        { ...web1, ...down },
        { ...web2, ...drain },
      ],
    });
    await expect.poll(async () => tally(await answers('turn', 20)), { timeout: 20_000 }).toEqual({ web2: 20 });
  });

  test('goes back to its own servers when all are down, and for pools that are not told of', async () => {
    await pools.tell({ turn: [web1, web2, web3].map((one) => ({ ...one, ...down })) });
    await expect
      .poll(async () => tally(await answers('turn', 30)), { timeout: 20_000 })
      .toEqual({ web1: 10, web2: 10, web3: 10 });
    await pools.tell({ other: [web1] });
    await expect
      .poll(async () => tally(await answers('turn', 30)), { timeout: 20_000 })
      .toEqual({ web1: 10, web2: 10, web3: 10 });
  });

  test('leaves the clients of a draining backend there, and brings no new ones', async () => {
    const native = await ask('sticky', '/');
    const cookie = native.headers.get('set-cookie')?.[0]?.split(';')[0] ?? '';
    const chosen = backendName(native.body);
    const told = (change: object) =>
      pools.tell({
        sticky: [web1, web2, web3].map((one, index) => (chosen === `web${index + 1}` ? { ...one, ...change } : one)),
      });
    await told({});
    for (let index = 0; index < 10; index += 1) {
      // A cookie of NGINX's own maps names the same backend to the code.
      const again = await ask('sticky', '/', '--cookie', cookie);
      expect([backendName(again.body), again.headers.has('set-cookie')]).toEqual([chosen, false]);
    }
    await told(drain);
    await expect.poll(() => answers('sticky', 20), { timeout: 20_000 }).not.toContain(chosen);
    for (let index = 0; index < 10; index += 1) {
      const again = await ask('sticky', '/', '--cookie', cookie);
      expect([backendName(again.body), again.headers.has('set-cookie')]).toEqual([chosen, false]);
    }
    await told(down);
    await expect
      .poll(async () => backendName((await ask('sticky', '/', '--cookie', cookie)).body), { timeout: 20_000 })
      .not.toBe(chosen);
    const renewed = (await ask('sticky', '/', '--cookie', cookie)).headers.get('set-cookie')?.[0] ?? '';
    expect(renewed).toMatch(/^evenkeel_backend=[0-9a-f]{16}; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(renewed).not.toContain(cookie);

    // One that no file knows has a cookie too.
    await pools.tell({ sticky: [backendDocument('four', added.web4)] });
    const first = await ask('sticky', '/');
    const own = first.headers.get('set-cookie')?.[0]?.split(';')[0] ?? '';
    expect([backendName(first.body), first.headers.get('set-cookie')?.length]).toEqual(['web4', 1]);
    await pools.tell({ sticky: [web1, backendDocument('four', added.web4), web2] });
    for (let index = 0; index < 10; index += 1) {
      expect(backendName((await ask('sticky', '/', '--cookie', own)).body)).toBe('web4');
    }
  });

  test('tries as often as the pool says, and leaves alone for a while what failed', async () => {
    await pools.tell({ turn: [web1, web2], once: [web1, web2], weak: [web1, web2] });
    await expect.poll(() => answers('turn', 20), { timeout: 20_000 }).not.toContain('web3');
    for (let index = 0; index < 4; index += 1) {
      expect(backendName((await ask('turn', '/refuse/web1')).body)).toBe('web2');
    }
    const posted = await Promise.all([1, 2].map(() => ask('once', '/hang-up/web1', '--data', 'a=1')));
    expect(posted.map((answer) => answer.headers.get('evenkeel-backend')?.[0]?.includes(',')).includes(true)).toBe(
      false,
    );

    await bench.killBackend('web2');
    const served = tally(await answers('weak', 20));
    expect(served).toEqual({ web1: 20 });
    // Other workers know too, and the state says it.
    const failing = {
      pools: {
        weak: {
          backends: [
            { id: 'one', failing: false },
            { id: 'two', failing: true },
          ],
        },
      },
    };
    expect((await pools.get()).body).toMatchObject(failing);
    // The last one that works is asked even when it failed.
    await bench.killBackend('web1');
    expect((await ask('weak', '/')).status).toBe(502);
    await bench.startBackend('web1', endpoints.web1);
    await bench.startBackend('web2', endpoints.web2);
    await expect.poll(async () => (await ask('weak', '/')).status, { timeout: 20_000 }).toBe(200);
  });

  test('gives a backend that was down little at first', async () => {
    const hour = 3_600_000;
    await pools.tell({ turn: [web1, { ...web2, ...down }] }, hour);
    await pools.tell({ turn: [web1, web2] }, hour);
    await expect.poll(async () => tally(await answers('turn', 84)), { timeout: 20_000 }).toEqual({ web1: 80, web2: 4 });
  });
});
