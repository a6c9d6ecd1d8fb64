import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { smallModel } from '../../../test/kit/small-edge.ts';
import { agentConfig } from '../../model/agent-config.ts';
import { resolveCheck } from '../../model/resolve-check.ts';
import type { AskHandler } from '../agent-part.ts';
import { reachWord } from '../reach-word.ts';
import { sightingsExchange } from '../sightings-exchange.ts';
import { backendsPart } from './backends-part.ts';

/** The part against real backends on the loopback and a server on a unix socket that stands where NGINX's Lua does. */
let folder: string;
let stop: AbortController;
let nginx: Server;
let backends: readonly Server[];
let status = 200;
let told: { version: number; pools: Record<string, { backends: { id: string; state: string }[] }> }[] = [];
let held = 0;
let running: Promise<void> | undefined;

async function listen(server: Server, where: string | number): Promise<number> {
  await new Promise<void>((done) =>
    typeof where === 'string' ? server.listen(where, done) : server.listen(where, '127.0.0.1', done),
  );
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-backends-'));
  stop = new AbortController();
  status = 200;
  told = [];
  held = 0;
  nginx = createServer((request, answer) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      const document = JSON.parse(body);
      const refusal = status === 200 && document.version < held ? 409 : status;
      if (refusal === 200) told.push(document);
      answer.writeHead(refusal).end(refusal === 409 ? `{"error":"older","version":${held}}` : '{}');
    });
  });
  await listen(nginx, join(folder, 'pools.sock'));
  backends = [0, 1].map(() => createServer((_, answer) => answer.end('well')));
});
afterEach(async () => {
  stop.abort();
  await running;
  for (const server of [nginx, ...backends]) {
    server.closeAllConnections();
    await new Promise<void>((done) => server.close(() => done()));
  }
  rmSync(folder, { recursive: true, force: true });
});

async function eventually(isSo: () => boolean): Promise<void> {
  const end = performance.now() + 20_000;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`never; NGINX was told ${JSON.stringify(told.at(-1))}`);
    await wait(20);
  }
}

/** Starts the part; returns how it is asked. */
async function begin(): Promise<(name: string, request?: Readonly<Record<string, unknown>>) => unknown> {
  const [lb1] = smallModel.balancers;
  if (lb1 === undefined) throw new Error('the small model has a balancer');
  const ports = await Promise.all(backends.map((server) => listen(server, 0)));
  const config = agentConfig(smallModel, lb1);
  const pools = config.pools.map((pool) => ({
    ...pool,
    check: resolveCheck({ interval: '100ms', timeout: '500ms' }),
    backends: pool.backends.map((one, index) => ({ ...one, address: '127.0.0.1', port: ports[index] ?? 0 })),
  }));
  const handlers = new Map<string, AskHandler>();
  const part = backendsPart(
    {
      statePath: join(folder, 'backends.json'),
      drainedPath: join(folder, 'drained.json'),
      poolsFile: join(folder, 'pools.json'),
      poolsSocket: join(folder, 'pools.sock'),
      blindPath: join(folder, 'blind'),
      wallClock: () => 1000,
      random: () => 0.5,
    },
    { sightings: sightingsExchange(pools), reach: reachWord() },
  );
  running = part(
    {
      config: { ...config, pools },
      now: () => performance.now(),
      log: () => undefined,
      register: (name, handler) => handlers.set(name, handler),
      report: () => undefined,
    },
    stop.signal,
  );
  return (name, request = {}) => handlers.get(name)?.(request);
}

const states = (): string => (told.at(-1)?.pools['web']?.backends ?? []).map(({ state }) => state).join();

test('NGINX is told that a backend is down, and that it is up again; the file says the same', async () => {
  await begin();
  await eventually(() => states() === 'up,up');
  const [web1] = backends;
  web1?.closeAllConnections();
  const port = web1?.address();
  web1?.close();
  await eventually(() => states() === 'down,up');
  expect(JSON.parse(readFileSync(join(folder, 'pools.json'), 'utf8'))).toEqual(told.at(-1));
  if (web1 !== undefined && typeof port === 'object' && port !== null) await listen(web1, port.port);
  await eventually(() => states() === 'up,up');
  const versions = told.map(({ version }) => version);
  expect(versions).toEqual([...versions].sort((a, b) => a - b));
});

test('what NGINX does not take is told again, with a newer version than it holds', async () => {
  status = 503;
  held = 5_000_000;
  await begin();
  await wait(300);
  expect(told).toEqual([]);
  status = 200;
  await eventually(() => states() === 'up,up');
  expect(told.at(-1)?.version).toBeGreaterThan(held);
});

test('a backend that a person drains stays so over a restart, and a name that is none is refused', async () => {
  const ask = await begin();
  await eventually(() => states() === 'up,up');
  expect(ask('drain-backend', { name: 'web1' })).toEqual({ drained: ['web1'] });
  await eventually(() => states() === 'drain,up');
  expect(() => ask('drain-backend', { name: 'web9' })).toThrow('there is no backend web9');
  expect(JSON.parse(readFileSync(join(folder, 'drained.json'), 'utf8'))).toEqual({ drained: ['web1'] });
  ask('undrain-backend', { name: 'web1' });
  await eventually(() => states() === 'up,up');
});

test('a file of drained backends that is broken drains nothing', async () => {
  writeFileSync(join(folder, 'drained.json'), '{"drained": 7');
  await begin();
  await eventually(() => states() === 'up,up');
});
