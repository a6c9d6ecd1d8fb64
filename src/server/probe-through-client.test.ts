import { expect, test, vi } from 'vitest';
import { Fault } from '../base/fault.ts';
import { memoryHost } from '../hosts/memory-host.ts';
import type { Host } from '../hosts/host.ts';
import type { ProbeAnswer } from '../report/probe-minute.ts';
import type { ProbeRounds } from '../report/probe-rounds.ts';
import { probeThroughClient } from './probe-through-client.ts';

// What perl and curl really do is seen in test/oracle/probe-through-client.test.ts.

const waiting = { timeout: 20_000, interval: 20 };
const rounds: ProbeRounds = {
  pairs: [
    { vip: 'vip1', family: 4, site: 'shop', name: 'shop.example', address: '192.0.2.1' },
    { vip: 'vip2', family: 4, site: 'shop', name: 'shop.example', address: '192.0.2.2' },
    { vip: 'vip1', family: 4, site: 'mail', name: 'mail.example', address: '192.0.2.1' },
    { vip: 'vip1', family: 6, site: 'shop', name: 'shop.example', address: '2001:db8::1' },
  ],
  everyMs: 1000,
  notAsked: 0,
};

/** Follows a client that says these lines; answers as they were told. */
async function told(lines: readonly string[]): Promise<readonly (readonly [number, ProbeAnswer])[]> {
  const controller = new AbortController();
  const answers: (readonly [number, ProbeAnswer])[] = [];
  const said = Promise.withResolvers<undefined>();
  const client = memoryHost({
    name: 'client',
    play: async (_argv, say, signal) => {
      for (const line of lines) say(line);
      said.resolve(undefined);
      await new Promise((settle) => signal.addEventListener('abort', settle, { once: true }));
    },
  });
  const ended = probeThroughClient(client)({
    rounds,
    onAnswer: (index, answer) => answers.push([index, answer]),
    signal: controller.signal,
  });
  await said.promise;
  controller.abort();
  await ended;
  return answers;
}

test('lines become answers of the moment at which their round began', async () => {
  const before = Date.now();
  const answers = await told([
    'round 0',
    '0 0 0 200 0.020',
    '0 1 28 000 2.001',
    '0 2 0 503 0.010',
    'round 1',
    '1 0 0 302 0.5',
  ]);
  expect(answers).toEqual([
    [0, { at: expect.any(Number), ok: true, ms: 20 }],
    [1, { at: expect.any(Number), ok: false, ms: 2001 }],
    [2, { at: expect.any(Number), ok: false, ms: 10 }],
    [0, { at: expect.any(Number), ok: true, ms: 500 }],
  ]);
  for (const [, { at }] of answers) expect(at).toBeGreaterThanOrEqual(before);
});

test('lines of no round, of no pair, and of others are passed over', async () => {
  expect(await told(['0 0 0 200 0.02', 'round 3', '3 7 0 200 0.02', 'motd: hello', '2 0 0 200 0.02'])).toEqual([]);
});

test('addresses are said once, names as they are, and nothing is read by a shell', async () => {
  const client = memoryHost({ name: 'client' });
  const controller = new AbortController();
  const ended = probeThroughClient(client)({ rounds, onAnswer: () => undefined, signal: controller.signal });
  await vi.waitFor(() => expect(client.operations).toHaveLength(1), waiting);
  controller.abort();
  await ended;
  const [operation] = client.operations;
  expect(operation?.kind === 'follow' && operation.argv.slice(3)).toEqual([
    '2',
    '200',
    '192.0.2.1,192.0.2.2,[2001:db8::1]',
    '0:shop.example',
    '1:shop.example',
    '0:mail.example',
    '2:shop.example',
  ]);
});

test('a client that is lost is asked again', async () => {
  const controller = new AbortController();
  let times = 0;
  const client: Host = {
    ...memoryHost({ name: 'client' }),
    follow: async () => {
      times += 1;
      if (times === 2) controller.abort();
      return Promise.reject(new Fault({ code: 'host-unreachable', message: 'the client is gone' }));
    },
  };
  await probeThroughClient(client)({ rounds, onAnswer: () => undefined, signal: controller.signal });
  expect(times).toBe(2);
});
