import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { createServer } from 'node:https';
import { createServer as createPlainServer, type Server } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Command } from '../../src/hosts/host.ts';
import { memoryHost } from '../../src/hosts/memory-host.ts';
import type { ProbeAnswer, ProbePair } from '../../src/report/probe-minute.ts';
import { probeThroughClient } from '../../src/server/probe-through-client.ts';
import { certificateFor } from '../kit/loopback-certificate.ts';

const waiting = { timeout: 60_000, interval: 50 };

/** Addresses of loopback that nobody else uses; port 443 is free there. */
const [good, broken, hanging, closed] = ['127.7.43.1', '127.7.43.2', '127.7.43.3', '127.7.43.4'] as const;

async function listen(server: Server, address: string): Promise<void> {
  await new Promise<void>((listens, fails) => {
    server.once('error', fails);
    server.listen(443, address, listens);
  });
  onTestFinished(() => void server.close());
}

/** A client machine whose programs are those of this computer. */
function here() {
  return memoryHost({
    name: 'client',
    play: (argv: Command['argv'], say, signal) =>
      new Promise<void>((settle, fail) => {
        const [file, ...words] = argv;
        const child = spawn(file, words, { stdio: ['ignore', 'pipe', 'inherit'] });
        createInterface({ input: child.stdout }).on('line', say);
        child.once('error', fail);
        child.once('close', () => settle());
        signal.addEventListener('abort', () => child.kill(), { once: true });
      }),
  });
}

test('perl and curl ask each pair once a second, and slow ones delay nobody', async () => {
  const { key, cert } = await certificateFor('shop.example');
  const asked = new Set<string>();
  for (const [address, status] of [
    [good, 301],
    [broken, 502],
  ] as const) {
    const server = createServer({ key, cert }, (request, response) => {
      const { servername } = Object(request.socket);
      asked.add(`${request.method} ${request.headers.host} ${servername} ${request.headers['user-agent']}`);
      response.writeHead(status).end();
    });
    await listen(server, address);
  }
  await listen(
    createPlainServer((socket) => socket.on('error', () => undefined)),
    hanging,
  );
  await listen(
    createServer({ key, cert }, (_, response) => void response.writeHead(200).end()),
    '::1',
  );
  const addresses = [good, broken, hanging, closed, '::1'];
  const pairs = addresses.map((address, index): ProbePair => ({
    vip: `vip${index}`,
    family: address.includes(':') ? 6 : 4,
    site: 'shop',
    name: 'shop.example',
    address,
  }));
  const answers: ProbeAnswer[][] = pairs.map(() => []);
  const controller = new AbortController();
  const ended = probeThroughClient(here())({
    rounds: { pairs, everyMs: 1000, notAsked: 0 },
    onAnswer: (index, answer) => answers[index]?.push(answer),
    signal: controller.signal,
  });
  await vi.waitFor(() => expect(answers.every((own) => own.length >= 4)).toBe(true), waiting);
  controller.abort();
  await ended;
  expect(answers.map((own) => [...new Set(own.map(({ ok }) => ok))])).toEqual([
    [true],
    [false],
    [false],
    [false],
    [true],
  ]);
  expect([...asked]).toEqual(['HEAD shop.example shop.example evenkeel-probe']);
  // A round that hangs for two seconds holds up no other: each began by itself.
  const begins = (answers[0] ?? []).map(({ at }) => at).toSorted((a, b) => a - b);
  expect(new Set(begins).size).toBe(begins.length);
  expect(Math.min(...(answers[2] ?? []).map(({ ms }) => ms))).toBeGreaterThanOrEqual(1_900);
  const quick = (answers[0] ?? []).filter(({ ms }) => ms < 1_900);
  expect(quick.length).toBeGreaterThan(begins.length / 2);
});

test('many pairs take turns, 200 a second', async () => {
  const { key, cert } = await certificateFor('shop.example');
  await listen(
    createServer({ key, cert }, (_, response) => void response.writeHead(204).end()),
    good,
  );
  const pairs = Array.from({ length: 410 }, (_, index): ProbePair => ({
    vip: 'vip1',
    family: 4,
    site: `s${index}`,
    name: `s${index}.example`,
    address: good,
  }));
  const seen = new Map<number, number>();
  const controller = new AbortController();
  const ended = probeThroughClient(here())({
    rounds: { pairs, everyMs: 3000, notAsked: 0 },
    onAnswer: (index) => seen.set(index, (seen.get(index) ?? 0) + 1),
    signal: controller.signal,
  });
  await vi.waitFor(() => expect(seen.size).toBe(pairs.length), { timeout: 200_000, interval: 100 });
  controller.abort();
  await ended;
  expect(Math.max(...seen.values()) - Math.min(...seen.values())).toBeLessThanOrEqual(2);
});
