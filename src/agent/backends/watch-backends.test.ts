import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../test/kit/free-port.ts';
import type { AgentPool } from '../../model/agent-config.ts';
import { resolveCheck } from '../../model/resolve-check.ts';
import type { CheckSpec } from '../../spec/spec.ts';
import type { BackendView } from './backend-view.ts';
import { checkTargets } from './check-target.ts';
import { readHealthState } from './health-state-file.ts';
import { startBackends } from './start-backends.ts';
import type { BackendWatch } from './watch-backends.ts';

/** For what must not happen. */
function fail(why: string): never {
  throw new Error(why);
}

let folder = '';
let stop = new AbortController();
let watch: BackendWatch | undefined;
let server: Server | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evenkeel-watch-'));
  stop = new AbortController();
});

afterEach(async () => {
  stop.abort();
  await watch?.ended;
  server?.closeAllConnections();
  server?.close();
  [watch, server] = [undefined, undefined];
  await rm(folder, { recursive: true });
});

function poolOf(name: string, port: number, written: CheckSpec = {}): AgentPool {
  const backends = [{ name: `web1:${port}`, address: '127.0.0.1', port, weight: 1, backup: false }];
  return { name, check: resolveCheck({ interval: '100ms', timeout: '20s', ...written }), panicPercent: 50, backends };
}

/** Starts to watch, and resolves when the views are as wanted. */
async function start(pools: readonly AgentPool[]): Promise<{
  readonly until: (wanted: (views: readonly BackendView[]) => boolean) => Promise<readonly BackendView[]>;
}> {
  let news = Promise.withResolvers<readonly BackendView[]>();
  const started = await startBackends({
    pools,
    statePath: join(folder, 'backends.json'),
    random: () => 0.5,
    signal: stop.signal,
    onChange: (views) => {
      news.resolve(views);
      news = Promise.withResolvers();
    },
    onTrouble: (error) => news.reject(error),
    onBroken: fail,
  });
  watch = started;
  return {
    until: async (wanted) => {
      let views = started.views();
      while (!wanted(views)) views = await news.promise;
      return views;
    },
  };
}

async function serve(port: number, answer: () => number): Promise<void> {
  server = createServer((_request, response) => response.writeHead(answer()).end());
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}

const all =
  (state: string) =>
  (views: readonly BackendView[]): boolean =>
    views.every((view) => view.state === state);

describe('startBackends', () => {
  it('sees a backend go and come back, and tells every pool of it', async () => {
    const port = await freePort();
    let status = 200;
    await serve(port, () => status);
    const { until } = await start([poolOf('shop', port), poolOf('blog', port)]);
    expect(await until(all('up'))).toMatchObject([
      { pool: 'shop', backend: `web1:${port}`, state: 'up' },
      { pool: 'blog', state: 'up' },
    ]);
    status = 503;
    expect(await until(all('down'))).toMatchObject([
      { lastError: 'answered 503, 200 expected', failures: 2, changes: 2 },
      { failures: 2 },
    ]);
    status = 200;
    expect(await until(all('up'))).toMatchObject([{ state: 'up', changes: 3 }, { changes: 3 }]);
  });

  it('asks a backend of several pools once, and never twice at a time', async () => {
    const port = await freePort();
    let [asked, open, most] = [0, 0, 0];
    server = createServer((_request, response) => {
      [asked, open] = [asked + 1, open + 1];
      most = Math.max(most, open);
      setTimeout(() => {
        open -= 1;
        response.end();
      }, 250);
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const { until } = await start([poolOf('shop', port), poolOf('blog', port)]);
    await until(all('up'));
    const enough = Promise.withResolvers<undefined>();
    server.on('request', () => {
      if (asked > 5) enough.resolve(undefined);
    });
    await enough.promise;
    expect(most).toBe(1);
  });

  it('begins with what was believed before', async () => {
    const port = await freePort();
    const { until } = await start([poolOf('shop', port)]);
    const [before] = await until(all('down'));
    stop.abort();
    await watch?.ended;
    expect((await readHealthState(join(folder, 'backends.json'), { nowMs: 0, onBroken: fail })).size).toBe(1);
    stop = new AbortController();
    await start([poolOf('shop', port)]);
    expect(watch?.views()).toMatchObject([
      { state: 'down', since: before?.since, lastError: 'refused the connection', changes: 1 },
    ]);
  });

  it('ends while a check waits for its answer, and asks nothing when it is stopped before', async () => {
    const port = await freePort();
    server = createServer(() => stop.abort());
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    await start([poolOf('shop', port)]);
    await watch?.ended;
    expect(watch?.views()).toMatchObject([{ state: 'unknown', checks: 0 }]);
    await start([poolOf('shop', port)]);
    await watch?.ended;
    expect(watch?.views()).toMatchObject([{ state: 'unknown', checks: 0 }]);
  });

  it('goes on when the state cannot be kept', async () => {
    const port = await freePort();
    const troubles: unknown[] = [];
    const down = Promise.withResolvers<readonly BackendView[]>();
    watch = await startBackends({
      pools: [poolOf('shop', port)],
      statePath: join(folder, 'missing', 'backends.json'),
      random: () => 0,
      signal: stop.signal,
      onChange: (views) => down.resolve(views),
      onTrouble: (error) => troubles.push(error),
      onBroken: fail,
    });
    expect(await down.promise).toMatchObject([{ state: 'down' }]);
    stop.abort();
    await watch.ended;
    expect(troubles).toMatchObject([{ code: 'ENOENT' }]);
  });
});

describe('checkTargets', () => {
  it('is one for the same question, and another for every other question', () => {
    const pools = [
      poolOf('a', 80),
      poolOf('b', 80, { failures: 9, window: '1m' }),
      poolOf('c', 80, { path: '/health' }),
      poolOf('d', 81),
    ];
    expect(checkTargets(pools).map(({ uses }) => uses.map(({ pool }) => pool))).toEqual([['a', 'b'], ['c'], ['d']]);
  });
});
