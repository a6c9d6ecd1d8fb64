import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { ignoreEvents } from '../base/event.ts';
import type { TraceFacts } from '../facts/trace-facts.ts';
import type { Command, CommandOutcome } from '../hosts/host.ts';
import { memoryHost } from '../hosts/memory-host.ts';
import { exampleModel } from '../../test/kit/example-model.ts';
import { statusWorld } from '../../test/kit/status-world.ts';
import { requestFromHere } from './trace-here.ts';
import { observeTrace, parseTraceTarget } from './trace-observe.ts';

const model = exampleModel();
const now = (): Date => new Date('2026-11-22T09:00:00Z');

function printed(name: string): string {
  return readFileSync(new URL(`../../test/fixtures/status/debian13/${name}`, import.meta.url), 'utf8');
}

/** A client whose curl says what Debian 13's said in a lab; everything else is as in a healthy world. */
function clientThatSays(curl: string, seen: Command[] = []) {
  const { client } = statusWorld(model);
  return memoryHost({
    name: 'client',
    respond: async (command): Promise<CommandOutcome | undefined> => {
      seen.push(command);
      const [program] = command.argv;
      if (program === 'curl') return { exitCode: 0, stdout: printed(`${curl}.txt`), stderr: printed(`${curl}.err`) };
      if (program === 'cat') return { exitCode: 0, stdout: printed('resolv.conf'), stderr: '' };
      return client.run(command);
    },
  });
}

async function trace(client: ReturnType<typeof clientThatSays>, url: string, trust?: string): Promise<TraceFacts> {
  const target = parseTraceTarget(url);
  if (target === undefined) throw new Error(url);
  const { hosts } = statusWorld(model);
  return observeTrace({ model, hosts, from: { kind: 'client', host: client }, target, trust, now, emit: ignoreEvents });
}

test('URLs are taken apart; what is none is refused', () => {
  expect(parseTraceTarget('https://Devops.com/x?y')).toEqual({
    url: 'https://devops.com/x?y',
    scheme: 'https',
    host: 'devops.com',
    port: 443,
  });
  expect(parseTraceTarget('http://[fd20::101]:8080')).toMatchObject({ host: 'fd20::101', port: 8080, scheme: 'http' });
  expect(parseTraceTarget('devops.com')).toBeUndefined();
  expect(parseTraceTarget('ftp://devops.com/')).toBeUndefined();
});

describe('from a client', () => {
  test('one request, and everybody who had a part in it', async () => {
    const seen: Command[] = [];
    const facts = await trace(clientThatSays('curl-ok', seen), 'https://devops.com/', 'PEM of a CA');
    expect(facts).toMatchObject({
      from: 'client',
      resolvers: ['192.168.10.21', '192.168.10.22'],
      mac: '02:6c:62:31:20:20',
      told: { source: 'header', balancer: 'lb1', backends: ['192.168.10.32:80'], connectMs: [1] },
      exchange: { failed: undefined, address: '192.168.10.100', status: 200, httpVersion: '2' },
    });
    expect(facts.lookups.map(({ server, type }) => `${server} ${type}`)).toEqual([
      '192.168.10.21 A',
      '192.168.10.21 AAAA',
      '192.168.10.22 A',
      '192.168.10.22 AAAA',
    ]);
    expect(facts.backends.map(({ balancer, name }) => [balancer, name])).toEqual([
      ['lb1', 'web1'],
      ['lb1', 'web2'],
    ]);
    const requests = seen.filter(({ argv }) => argv[0] === 'curl');
    expect(requests).toHaveLength(1);
    // The trust goes by standard input, so that nothing is left on the client.
    expect(requests[0]?.stdin).toBe('PEM of a CA');
    expect(requests[0]?.argv.at(-1)).toBe('https://devops.com/');
  });

  test('a certificate that is refused is looked at again, without trusting it', async () => {
    const seen: Command[] = [];
    const facts = await trace(clientThatSays('curl-untrusted', seen), 'https://devops.com/');
    expect(facts.exchange.failed).toMatchObject({
      at: 'tls',
      reason: expect.stringContaining('certificate not trusted'),
    });
    expect(facts.exchange.address).toBe('192.168.10.200');
    expect(facts.told).toBeUndefined();
    const looks = seen.filter(({ argv }) => argv[0] === 'curl').map(({ argv }) => argv.includes('--insecure'));
    expect(looks).toEqual([false, true]);
  });

  test('a refused connection and a client without curl', async () => {
    const refused = await trace(clientThatSays('curl-refused'), 'https://devops.com/');
    expect(refused.exchange.failed).toEqual({ at: 'connect', reason: 'connection refused' });
    const bare = memoryHost({ name: 'client' });
    const facts = await trace(bare, 'https://devops.com/');
    expect(facts.exchange.failed?.reason).toBe('the request could not be sent: curl is not installed');
    expect(facts.lookups[0]?.reason).toBe('dig is not installed');
  });
});

describe('from this computer', () => {
  /** A server on a free port of the loopback, and a request to it. */
  async function exchangeWith(answer: Parameters<typeof createServer>[1], timeoutMs = 5000) {
    const server = createServer({}, answer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port }: AddressInfo = addressOf(server.address());
    const target = { url: `http://devops.com:${port}/a?b`, scheme: 'http', host: 'devops.com', port } as const;
    try {
      return await requestFromHere({ target, agent: 'evenkeel-trace/1', trust: undefined, timeoutMs }, '127.0.0.1');
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  function addressOf(address: ReturnType<ReturnType<typeof createServer>['address']>): AddressInfo {
    if (address === null || typeof address === 'string') throw new Error('no port');
    return address;
  }

  test('the request keeps its host, path and User-Agent', async () => {
    const facts = await exchangeWith((request, response) => {
      response.setHeader('Evenkeel-Balancer', 'lb1');
      response.end(`${request.headers.host?.split(':')[0]} ${request.url} ${request.headers['user-agent']}`);
    });
    expect(facts).toMatchObject({
      failed: undefined,
      status: 200,
      address: '127.0.0.1',
      headers: { 'evenkeel-balancer': 'lb1' },
    });
    expect(facts.bodyBytes).toBe('devops.com /a?b evenkeel-trace/1'.length);
    expect(facts.times.total).toBeGreaterThanOrEqual(facts.times.firstByte);
  });

  test('a server that closes, one that never answers, and none at all', async () => {
    expect((await exchangeWith((request) => request.socket.destroy())).failed?.at).toBe('response');
    expect((await exchangeWith(() => undefined, 100)).failed).toEqual({ at: 'response', reason: 'no answer in time' });
    const target = { url: 'http://devops.com:1/', scheme: 'http', host: 'devops.com', port: 1 } as const;
    const none = await requestFromHere({ target, agent: 'x', trust: undefined, timeoutMs: 2000 }, '127.0.0.1');
    expect(none.failed).toEqual({ at: 'connect', reason: 'connection refused' });
  });
});
