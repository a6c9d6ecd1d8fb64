import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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
let logged: string[] = [];
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
  logged = [];
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
      leftoverMs: 300,
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
      log: (line) => logged.push(line),
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

test('a backend that no pool has any more is forgotten after a while, and the others stay', async () => {
  const path = join(folder, 'drained.json');
  writeFileSync(path, '{"drained":["old:80","web1","web9"]}');
  await begin();
  await eventually(() => states() === 'drain,up');
  // For as long as an apply may still be undone.
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ drained: ['old:80', 'web1', 'web9'] });
  await eventually(() => logged.length > 0);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ drained: ['web1'] });
  expect(logged).toEqual(['forgets that a person drained old:80, web9: no pool has it']);
  expect(states()).toBe('drain,up');
});

test('files that are broken drain nothing, stop nothing, are said, and make way', async () => {
  const place = (name: string): string => join(folder, name);
  writeFileSync(place('drained.json'), '{"drained": 7');
  writeFileSync(place('backends.json'), '\0\0\0');
  writeFileSync(place('pools.json'), '{"version": 1, "pools');
  const ask = await begin();
  await eventually(() => states() === 'up,up');
  expect(logged).toEqual([
    `${place('drained.json')} is broken, so no backend is drained; see ${place('drained.json')}.broken`,
    `what was known of backends can't be read, so all are asked anew: ${place('backends.json')} is broken, or of another version`,
  ]);
  expect(readFileSync(place('drained.json.broken'), 'utf8')).toBe('{"drained": 7');
  expect(existsSync(place('drained.json'))).toBe(false);
  expect(JSON.parse(readFileSync(place('pools.json'), 'utf8'))).toEqual(told.at(-1));
  await eventually(() => readFileSync(place('backends.json'), 'utf8').includes('"up"'));
  expect(ask('drain-backend', { name: 'web1' })).toEqual({ drained: ['web1'] });
});

test('a full disk keeps no news from NGINX, is said once, and the file follows when there is room', async () => {
  const path = join(folder, 'pools.json');
  await begin();
  await eventually(() => states() === 'up,up');
  const [web1] = backends;
  const before = readFileSync(path, 'utf8');
  for (const name of ['pools.json.agent', 'backends.json.new']) {
    rmSync(join(folder, name), { force: true });
    symlinkSync('/dev/full', join(folder, name));
  }
  web1?.closeAllConnections();
  web1?.close();
  await eventually(() => states() === 'down,up');
  // Told again and again meanwhile: an NGINX that starts anew has read the old file.
  const count = told.length;
  await eventually(() => told.length > count + 1);
  expect(readFileSync(path, 'utf8')).toBe(before);
  expect(logged.toSorted()).toEqual([
    expect.stringContaining(`${path} can't be written, and is tried again each second: ENOSPC`),
    expect.stringContaining("what is known of backends can't be kept, and is tried again: ENOSPC"),
  ]);
  for (const name of ['pools.json.agent', 'backends.json.new']) rmSync(join(folder, name));
  await eventually(() => readFileSync(path, 'utf8') === JSON.stringify(told.at(-1)));
  await eventually(() => readFileSync(join(folder, 'backends.json'), 'utf8').includes('"down"'));
  expect(logged).toHaveLength(2);
  const settled = told.length;
  await wait(1500);
  expect(told).toHaveLength(settled);
  if (web1 !== undefined) await listen(web1, 0);
});

test('a drain that would not outlive a restart is refused, and nothing has changed', async () => {
  const ask = await begin();
  await eventually(() => states() === 'up,up');
  const beside = join(folder, 'drained.json.agent');
  symlinkSync('/dev/full', beside);
  expect(() => ask('drain-backend', { name: 'web1' })).toThrow(
    'nothing was changed, because it would not outlive a restart: ENOSPC',
  );
  await wait(300);
  expect(states()).toBe('up,up');
  rmSync(beside);
  expect(ask('drain-backend', { name: 'web1' })).toEqual({ drained: ['web1'] });
  symlinkSync('/dev/full', beside);
  expect(() => ask('undrain-backend', { name: 'web1' })).toThrow('nothing was changed');
  await eventually(() => states() === 'drain,up');
});
