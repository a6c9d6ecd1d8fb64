import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { certificateFor } from '../../test/kit/loopback-certificate.ts';
import type { ProbeAnswer } from '../report/probe-minute.ts';
import { probeFromHere } from './probe-from-here.ts';

const waiting = { timeout: 30_000, interval: 20 };

async function portOf(server: Server, address = '127.0.0.1'): Promise<number> {
  await new Promise<void>((listens) => server.listen(0, address, listens));
  onTestFinished(() => void server.close());
  const listening: AddressInfo | string | null = server.address();
  if (listening === null || typeof listening === 'string') throw new Error('it listens on no port');
  return listening.port;
}

/** Asks one pair, or two, until the test has ended; answers by index. */
function probe(port: number, names: readonly string[] = ['shop.example']) {
  const controller = new AbortController();
  const answers: ProbeAnswer[][] = names.map(() => []);
  const ended = probeFromHere({ port, hasIpv6: () => true })({
    rounds: {
      pairs: names.map((name) => ({ vip: 'vip1', family: 4, site: name, name, address: '127.0.0.1' })),
      everyMs: 100,
      notAsked: 0,
    },
    onAnswer: (index, answer) => answers[index]?.push(answer),
    signal: controller.signal,
  });
  onTestFinished(async () => {
    controller.abort();
    await ended;
  });
  return { answers, controller, ended };
}

describe('the probe of this process', () => {
  test('asks by the name of the site, and any answer below 500 is one', async () => {
    const { key, cert } = await certificateFor('shop.example');
    const asked = new Set<string>();
    const statuses = new Map([
      ['shop.example', 404],
      ['broken.example', 503],
    ]);
    const server = createHttpsServer({ key, cert }, (request, response) => {
      const host = request.headers.host ?? '';
      const { servername } = Object(request.socket);
      asked.add(`${request.method} ${host} ${servername} ${request.headers['user-agent']}`);
      response.writeHead(statuses.get(host) ?? 500).end();
    });
    const { answers, ended, controller } = probe(await portOf(server), ['shop.example', 'broken.example']);
    await vi.waitFor(() => expect(answers.every((own) => own.length >= 3)).toBe(true), waiting);
    controller.abort();
    await ended;
    expect(answers.map((own) => new Set(own.map(({ ok }) => ok)))).toEqual([new Set([true]), new Set([false])]);
    expect([...asked].toSorted()).toEqual([
      'HEAD broken.example broken.example evenkeel-probe',
      'HEAD shop.example shop.example evenkeel-probe',
    ]);
    const [first] = answers[0] ?? [];
    expect(first?.at).toBeGreaterThan(Date.now() - 60_000);
    expect(first?.ms).toBeGreaterThan(0);
  });

  test.each([
    ['has it', true],
    ['does not have it, nothing is known', false],
  ] as const)('a VIP is asked by IPv6 too; where this computer %s', async (_, has) => {
    const { key, cert } = await certificateFor('shop.example');
    const server = createHttpsServer({ key, cert }, (_request, response) => void response.end());
    const port = await portOf(server, '::');
    const answers: ProbeAnswer[][] = [[], []];
    const controller = new AbortController();
    const pair = { vip: 'vip1', site: 'shop', name: 'shop.example' };
    const ended = probeFromHere({ port, hasIpv6: () => has })({
      rounds: {
        pairs: [
          { ...pair, family: 4, address: '127.0.0.1' },
          { ...pair, family: 6, address: '::1' },
        ],
        everyMs: 100,
        notAsked: 0,
      },
      onAnswer: (index, answer) => answers[index]?.push(answer),
      signal: controller.signal,
    });
    await vi.waitFor(() => {
      expect(answers[0]?.length).toBeGreaterThanOrEqual(3);
      if (has) expect(answers[1]?.length).toBeGreaterThanOrEqual(3);
    }, waiting);
    controller.abort();
    await ended;
    expect(answers.flat().every(({ ok }) => ok)).toBe(true);
    if (!has) expect(answers[1]).toEqual([]);
  });

  test('a closed port is a failure', async () => {
    const server = createServer();
    const port = await portOf(server);
    await new Promise((closed) => server.close(closed));
    const { answers } = probe(port);
    await vi.waitFor(() => expect(answers[0]?.length).toBeGreaterThanOrEqual(2), waiting);
    expect(answers[0]?.every(({ ok }) => !ok)).toBe(true);
  });

  test('a server that says nothing is given up, and the next questions do not wait for it', async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.on('error', () => undefined);
    });
    const { answers } = probe(await portOf(server));
    await vi.waitFor(() => expect(answers[0]?.length).toBeGreaterThanOrEqual(1), waiting);
    expect(connections).toBeGreaterThan(2);
    expect(answers[0]?.[0]).toMatchObject({ ok: false });
    expect(answers[0]?.[0]?.ms).toBeGreaterThanOrEqual(1_900);
  });

  test('what speaks no TLS, or something else than HTTP, is a failure', async () => {
    const plain = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end('HTTP/1.1 200 OK\r\n\r\n');
    });
    const { answers } = probe(await portOf(plain));
    await vi.waitFor(() => expect(answers[0]?.length).toBeGreaterThanOrEqual(1), waiting);
    expect(answers[0]?.every(({ ok }) => !ok)).toBe(true);
  });

  test('without a pair it ends', async () => {
    await probe(1, []).ended;
  });

  test('what a busy computer of ours made fail is not told', async () => {
    const server = createServer((socket) => socket.on('error', () => undefined));
    const { answers } = probe(await portOf(server));
    await vi.waitFor(() => expect(answers[0]?.length).toBeGreaterThanOrEqual(1), waiting);
    const before = answers[0]?.length ?? 0;
    const last = Math.max(...(answers[0] ?? []).map(({ at }) => at));
    // Longer than the timeout: whatever was asked before is past it when the timers come.
    const until = performance.now() + 3_000;
    while (performance.now() < until);
    const stalled = Date.now();
    await vi.waitFor(() => {
      expect(answers[0]?.some(({ at }) => at > stalled)).toBe(true);
    }, waiting);
    expect((answers[0] ?? []).slice(before).every(({ at }) => at <= last || at > stalled - 500)).toBe(true);
  });
});
