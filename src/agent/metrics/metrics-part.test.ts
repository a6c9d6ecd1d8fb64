import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { smallModel } from '../../../test/kit/small-edge.ts';
import { parseAgentMetrics } from '../../facts/agent-metrics.ts';
import { agentConfig } from '../../model/agent-config.ts';
import type { AskHandler } from '../agent-part.ts';
import { metricsPart, ownMetricsPart } from './metrics-part.ts';

const [lb1] = smallModel.balancers;
if (lb1 === undefined) throw new Error('the small model has a balancer');
const config = agentConfig(smallModel, lb1);
const waiting = { timeout: 20_000, interval: 20 };

let folder = '';
let log: string[] = [];
let addresses: string[] = [];
let wall = 1_000_000;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-metrics-'));
  log = [];
  addresses = [];
  wall = 1_000_000;
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

async function listen(at: string | number, answer: RequestListener): Promise<number> {
  const server = createServer(answer);
  await new Promise<void>(
    (listens) => void (typeof at === 'string' ? server.listen(at, listens) : server.listen(at, '127.0.0.1', listens)),
  );
  onTestFinished(() => new Promise<void>((closed) => void server.close(() => closed())));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** An NGINX that has served one request; `broken` says what it answers on its socket instead. */
async function nginx(broken?: { readonly status: number; readonly body: string }): Promise<number> {
  const counts = { 'site devops.com 2': 1, 'site devops.com b1': 1, 'backend web 192.168.10.31:80 2': 1 };
  await listen(join(folder, 'pools.sock'), ({ url }, response) => {
    if (url !== '/v1/counters') response.writeHead(404).end();
    else response.writeHead(broken?.status ?? 200).end(broken?.body ?? JSON.stringify({ counts }));
  });
  return listen(0, (_, response) =>
    response.end(
      'Active connections: 2 \nserver accepts handled requests\n 9 9 12 \nReading: 0 Writing: 1 Waiting: 1 \n',
    ),
  );
}

/** Starts the part and gives what asks it. */
async function start(statusPort: number): Promise<() => Promise<unknown>> {
  const stop = new AbortController();
  const handlers = new Map<string, AskHandler>();
  const part = metricsPart({
    socketPath: join(folder, 'pools.sock'),
    statusPort,
    pidPath: join(folder, 'nginx.pid'),
    verdicts: { nginx_down: join(folder, 'nginx'), drained: join(folder, 'drain') },
    addresses: () => new Set(addresses),
    wallClock: () => wall,
  });
  const running = part(
    {
      config,
      log: (line) => log.push(line),
      now: () => performance.now(),
      register: (name, handler) => handlers.set(name, handler),
      report: () => undefined,
    },
    stop.signal,
  );
  onTestFinished(async () => {
    stop.abort();
    await running;
  });
  return async () => JSON.parse(JSON.stringify(await handlers.get('metrics')?.({})));
}

test('what NGINX and the agent have counted is one answer, that the controller reads', async () => {
  writeFileSync(join(folder, 'drain'), '1\n');
  const ask = await start(await nginx());
  const said = parseAgentMetrics(await ask());
  expect(said).toMatchObject({
    at: 1000,
    nginx: {
      accepted: 9,
      sites: [{ site: 'devops.com', statuses: { '2xx': 1 } }],
      backends: [{ pool: 'web', backend: 'web1:80' }],
      workers: { current: 0, old: 0 },
    },
    vips: [
      { vip: 'vip1', held: false },
      { vip: 'vip2', held: false },
    ],
    verdicts: [
      { name: 'nginx_down', value: 0 },
      { name: 'drained', value: 1 },
    ],
  });
  expect(said?.residentBytes).toBeGreaterThan(1e6);
  expect(said?.startedAt).toBeLessThan(1000);
});

test('a VIP that comes and goes is counted while nobody asks', async () => {
  const ask = await start(await nginx());
  wall = 2_000_000;
  addresses = ['192.168.10.100'];
  const vip1 = async (): Promise<unknown> => parseAgentMetrics(await ask())?.vips[0];
  await vi.waitFor(
    async () => expect(await vip1()).toEqual({ vip: 'vip1', held: true, transitions: 1, changedAt: 2000 }),
    waiting,
  );
  wall = 3_000_000;
  addresses = [];
  await vi.waitFor(
    async () => expect(await vip1()).toEqual({ vip: 'vip1', held: false, transitions: 2, changedAt: 3000 }),
    waiting,
  );
});

test.each([
  ['refuses', { status: 500, body: '' }, '/v1/counters with 500'],
  ['says something else', { status: 200, body: '<html>' }, 'not what was asked for'],
])('an NGINX that %s is left out, and that is said once', async (_, broken, words) => {
  const ask = await start(await nginx(broken));
  for (let turn = 0; turn < 3; turn += 1) {
    const said = parseAgentMetrics(await ask());
    expect(said).toMatchObject({ nginx: undefined, vips: [{ vip: 'vip1' }, { vip: 'vip2' }] });
  }
  expect(log).toEqual([expect.stringContaining(words)]);
});

test('without an NGINX the rest is still said', async () => {
  const ask = await start(1);
  expect(parseAgentMetrics(await ask())).toMatchObject({ nginx: undefined, verdicts: [{}, {}] });
  expect(log).toHaveLength(1);
});

test('a nameserver says what its agent uses', async () => {
  const stop = new AbortController();
  const handlers = new Map<string, AskHandler>();
  const running = ownMetricsPart(() => 5000)(
    {
      config,
      log: () => undefined,
      now: () => 0,
      register: (name, handler) => handlers.set(name, handler),
      report: () => undefined,
    },
    stop.signal,
  );
  expect(parseAgentMetrics(handlers.get('metrics')?.({}))).toMatchObject({ at: 5, nginx: undefined, vips: [] });
  stop.abort();
  await running;
});
