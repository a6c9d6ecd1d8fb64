import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { releases } from '../../src/base/release.ts';
import { poolsSocket } from '../../src/model/pools-document.ts';
import type { NginxBench } from '../kit/nginx-bench.ts';
import { PoolsBench, active, backendDocument, tally } from '../kit/pools-bench.ts';
import { endpoints, openPoolsSite, poolNames, vip } from '../kit/pools-site.ts';

const [web1, web2, web3] = [
  backendDocument('one', endpoints.web1),
  backendDocument('two', endpoints.web2),
  backendDocument('three', endpoints.web3),
];
const down = { state: 'down' } as const;

describe.each(releases)('what %s is told of its pools', (release) => {
  let bench: NginxBench;
  let pools: PoolsBench;

  beforeAll(async () => {
    bench = await openPoolsSite(release);
    pools = new PoolsBench(bench);
  });
  afterAll(() => bench?.close());

  const answers = (name: string, count: number) => pools.inTurn(`${name}.example`, vip, count);

  /** Kills every process of NGINX, as a crash would, and starts it as the unit does. */
  async function crashAndStart(): Promise<void> {
    const script = `read -r master </run/nginx.pid
      kill -KILL $master $(cat /proc/$master/task/$master/children)
      nginx -t -q
      rm -f ${poolsSocket}
      until nginx; do sleep 0.1; done`;
    expect((await bench.image.start(['sh', '-c', script])).exitCode).toBe(0);
  }

  test.each([
    'no JSON',
    '[]',
    'null',
    '{"version":99,"pools":null}',
    '{"version":0,"pools":{}}',
    '{"version":"99","pools":{}}',
    '{"version":99.5,"pools":{}}',
    '{"version":99,"pools":{"turn":{"slowStartMs":0,"backends":[]}}}',
    '{"version":99,"pools":{"turn":{"slowStartMs":null,"backends":[]}}}',
    ...[
      { address: 'web1' },
      { address: '10.77.0.31; x' },
      { port: 0 },
      { weight: 0 },
      { weight: 257 },
      { backup: 'no' },
      { state: 'gone' },
      { id: '' },
    ].map((change) =>
      JSON.stringify({ version: 99, pools: { turn: { slowStartMs: 0, backends: [{ ...web1, ...change }] } } }),
    ),
    JSON.stringify({ version: 99, pools: { turn: { slowStartMs: 0, backends: [web1, web1] } } }),
  ])('refuses %s and goes on as before', async (text) => {
    const before = await pools.get();
    expect((await pools.put(text)).status).toBe(400);
    expect(await pools.get()).toEqual(before);
  });

  test('refuses an older document', async () => {
    await pools.tell({ turn: [web1] });
    await pools.tell({ turn: [web1, web2] });
    const before = await pools.get();
    expect((await pools.put('{"version":1,"pools":{}}')).status).toBe(409);
    expect(await pools.get()).toEqual(before);
  });

  test('keeps what it was told over a reload and a crash, by the file', async () => {
    const document = await pools.tell({ turn: [web1, { ...web2, ...down }, web3] });
    await pools.store(JSON.stringify(document));
    const said = await pools.get();
    await bench.image.run(['nginx', '-s', 'reload']);
    expect(tally(await bench.answeredBy('http://turn.example/#', vip, 40))['web2']).toBe(undefined);
    await expect.poll(() => pools.get(), { timeout: 20_000 }).toEqual(said);
    await crashAndStart();
    expect(await pools.get()).toEqual(said);
    expect(tally(await answers('turn', 40))).toEqual({ web1: 20, web3: 20 });
    // What came by the socket since then is newer than the file.
    await pools.tell({ turn: [web1] });
    await bench.image.run(['nginx', '-s', 'reload']);
    await expect.poll(async () => tally(await answers('turn', 40)), { timeout: 20_000 }).toEqual({ web1: 40 });
  });

  test('goes on when a worker dies, and counts anew', async () => {
    await pools.tell({ turn: [web1, web2] });
    const script = 'for one in $(pgrep -P $(cat /run/nginx.pid)); do kill -KILL $one; break; done';
    expect((await bench.image.run(['sh', '-c', script])).exitCode).toBe(0);
    await expect
      .poll(async () => tally(await answers('turn', 20)), { timeout: 20_000 })
      .toEqual({ web1: 10, web2: 10 });
    await expect.poll(async () => active((await pools.get()).body), { timeout: 20_000 }).toBe(0);
  });

  test.each([
    ['missing', undefined],
    ['broken', '{"version":99,"pools":'],
    ['wrong', '{"version":99,"pools":{"turn":{}}}'],
  ])('serves with its own servers when the file is %s', async (_, text) => {
    await pools.store(text);
    await bench.image.run(['nginx', '-s', 'reload']);
    await expect.poll(async () => (await pools.get()).body, { timeout: 20_000 }).toEqual({ version: 0, pools: {} });
    expect(new Set(await answers('turn', 30)).size).toBe(3);
  });

  test.each([
    ['does not parse', 'local function ('],
    ['is empty', ''],
    ['fails at its start', 'error("no")'],
    ['fails for each request', 'return { balance = function() error("no") end }'],
  ])('serves with its own servers when the code %s', async (_, code) => {
    const path = '/usr/share/evenkeel/lua/evenkeel.lua';
    const good = await readFile(bench.image.path + path);
    await bench.image.write([{ path, bytes: new TextEncoder().encode(code), mode: 0o644 }]);
    await crashAndStart();
    for (const name of poolNames) expect(new Set(await answers(name, 30)).size).toBe(3);
    await bench.image.write([{ path, bytes: good, mode: 0o644 }]);
    await bench.image.run(['nginx', '-s', 'reload']);
    await expect.poll(async () => (await pools.get()).status, { timeout: 20_000 }).toBe(200);
  });
});
