import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { freePort } from '../../../test/kit/free-port.ts';
import { sightingsExchange } from '../sightings-exchange.ts';
import type { AgentConfig } from '../../model/agent-config.ts';
import { isolatePath, yieldPath } from '../../model/witness-paths.ts';
import { answerClaims } from './answer-claims.ts';
import { guardVips } from './guard-vips.ts';
import type { GuardState } from './guard-vips.ts';
import { encodeMessage } from './witness-message.ts';
import type { ClaimsMessage, WitnessMessage } from './witness-message.ts';
import { decodeMessage } from './witness-message.ts';

const key = new Uint8Array(32).fill(3);
const hosts = { lb1: '127.0.7.11', lb2: '127.0.7.12', ns1: '127.0.7.21', ns2: '127.0.7.22' } as const;
type HostName = keyof typeof hosts;
const isHostName = (name: string): name is HostName => name in hosts;

function configOf(host: HostName): AgentConfig {
  const neighbours = (prefix: string): AgentConfig['peers'] =>
    Object.entries(hosts)
      .filter(([name]) => name !== host && name.startsWith(prefix))
      .map(([name, address]) => ({ name, addresses: [address] }));
  return {
    format: 1,
    failback: { afterMs: 5000, longestMs: 600_000 },
    edge: 'test',
    host,
    role: host.startsWith('lb') ? 'balancer' : 'nameserver',
    addresses: [hosts[host]],
    interface: 'lo',
    vips: [
      {
        name: 'vip1',
        addresses: ['10.0.0.101'],
        vrid: 51,
        claims: [
          { balancer: 'lb1', priority: 250 },
          { balancer: 'lb2', priority: 240 },
        ],
      },
    ],
    peers: neighbours('lb'),
    witnesses: neighbours('ns'),
    gateways: [],
    readiness: { name: '', host: '', intervalMs: 1000, timeoutMs: 1000, fall: 3, rise: 2 },
    pools: [],
  };
}

const running: { readonly controller: AbortController; readonly end: Promise<void> }[] = [];

function start(part: (signal: AbortSignal) => Promise<void>): () => Promise<void> {
  const controller = new AbortController();
  const end = part(controller.signal);
  running.push({ controller, end });
  return async () => {
    controller.abort();
    await end;
  };
}

afterEach(async () => {
  for (const { controller } of running) controller.abort();
  await Promise.all(running.splice(0).map(({ end }) => end));
});

const common = { key, boot: 1_000_000, now: () => performance.now(), log: () => undefined };

/** A balancer whose interface is this set, with everything it was told to do. */
interface Balancer {
  readonly addresses: Set<string>;
  readonly files: Map<string, string>;
  readonly announced: Set<string>;
  readonly states: GuardState[];
  readonly stop: () => Promise<void>;
}

function startBalancer(host: HostName, port: number, deafTo: readonly string[] = []): Balancer {
  const addresses = new Set<string>();
  const files = new Map<string, string>();
  const announced = new Set<string>();
  const states: GuardState[] = [];
  const config = configOf(host);
  const hands = {
    addresses: () => addresses,
    writeVerdict: async (path: string, verdict: string) => {
      files.set(path, verdict);
      if (verdict === '1') addresses.clear();
    },
    announce: async (address: string) => {
      announced.add(address);
    },
    drop: async (address: string) => {
      addresses.delete(address);
    },
    askWire: async () => 'nobody' as const,
    askOwner: async () => '',
    listStrangers: async () => '',
  };
  const far = {
    ...config,
    peers: config.peers.map((one) => (deafTo.includes(one.name) ? { ...one, addresses: ['127.0.7.99'] } : one)),
  };
  const stop = start((signal) =>
    guardVips(
      { ...common, sightings: sightingsExchange([]), config: far, port, hands, report: (state) => states.push(state) },
      signal,
    ),
  );
  return { addresses, files, announced, states, stop };
}

function startWitness(host: HostName, port: number): () => Promise<void> {
  return start((signal) => answerClaims({ ...common, config: configOf(host), port }, signal));
}

const patient = { timeout: 20_000, interval: 20 };

describe('two balancers and two witnesses', () => {
  it('leave a VIP to the preferred one when they hear each other only through witnesses', async () => {
    const port = await freePort();
    startWitness('ns1', port);
    startWitness('ns2', port);
    const lb1 = startBalancer('lb1', port, ['lb2']);
    const lb2 = startBalancer('lb2', port, ['lb1']);
    await vi.waitFor(() => expect(lb2.files.get(yieldPath('vip1'))).toBe('0'), patient);
    lb1.addresses.add('10.0.0.101');
    lb2.addresses.add('10.0.0.101');
    await vi.waitFor(() => expect(lb2.files.get(yieldPath('vip1'))).toBe('1'), patient);
    expect(lb2.addresses.size).toBe(0);
    // One that keepalived does not know of, as an earlier keepalived left it.
    lb2.addresses.add('10.0.0.101');
    await vi.waitFor(() => expect(lb2.addresses.size).toBe(0), patient);
    expect(lb1.addresses).toEqual(new Set(['10.0.0.101']));
    expect(lb1.files.get(yieldPath('vip1'))).toBe('0');
    await vi.waitFor(() => expect(lb1.announced).toEqual(new Set(['10.0.0.101'])), patient);
    expect(lb2.states.at(-1)).toMatchObject({ yielded: ['vip1'], isolated: false });
    // The preferred one dies: the VIP must be free again.
    await lb1.stop();
    await vi.waitFor(() => expect(lb2.files.get(yieldPath('vip1'))).toBe('0'), patient);
  });

  it('let go of all when nobody answers any more, and come back when witnesses do', async () => {
    const port = await freePort();
    const stops = [startWitness('ns1', port), startWitness('ns2', port)];
    const lb1 = startBalancer('lb1', port);
    lb1.addresses.add('10.0.0.101');
    await vi.waitFor(() => expect(lb1.states.at(-1)?.heard).toEqual(['ns1', 'ns2']), patient);
    expect(lb1.files.get(isolatePath)).toBe('0');
    for (const stop of stops) await stop();
    await vi.waitFor(() => expect(lb1.files.get(isolatePath)).toBe('1'), patient);
    startWitness('ns1', port);
    startWitness('ns2', port);
    await vi.waitFor(() => expect(lb1.files.get(isolatePath)).toBe('0'), patient);
  });
});

describe('a witness', () => {
  it('answers authentic claims of configured balancers from their own addresses, once each', async () => {
    const port = await freePort();
    startWitness('ns1', port);
    const claims = (sender: string, sequence: number): ClaimsMessage => ({
      kind: 'claims',
      sender,
      boot: 1,
      sequence,
      sightings: { digest: 0, states: [] },
      claims: [{ vip: '10.0.0.101', isMaster: true, priority: 250, sinceMs: 5 }],
    });
    const answers: { readonly to: string; readonly message: WitnessMessage }[] = [];
    const speak = async (host: string): Promise<(message: Uint8Array) => Promise<void>> => {
      const socket = createSocket('udp4');
      const address = isHostName(host) ? hosts[host] : host;
      socket.on('message', (bytes) => {
        const read = decodeMessage(bytes, key);
        if (read.ok) answers.push({ to: host, message: read.value });
      });
      socket.bind({ address, port });
      await once(socket, 'listening');
      start(async (signal) => {
        if (!signal.aborted) await once(signal, 'abort');
        socket.close();
      });
      return (message) =>
        new Promise((resolve, reject) => {
          socket.send(message, port, hosts.ns1, (error) => (error === null ? resolve() : reject(error)));
        });
    };
    const lb1 = await speak('lb1');
    const lb2 = await speak('lb2');
    const ns2 = await speak('ns2');
    let sequence = 0;
    // Until the witness listens.
    await vi.waitFor(async () => {
      sequence += 1;
      await lb1(encodeMessage(claims('lb1', sequence), key));
      expect(answers.length).toBeGreaterThan(0);
    }, patient);
    await lb1(encodeMessage(claims('lb1', sequence), key)); // a replay
    await lb1(encodeMessage(claims('lb2', 1), key)); // from another's address
    await lb2(encodeMessage(claims('lb2', 1), new Uint8Array(32))); // with another key
    await lb2(Buffer.from('hello'));
    await ns2(encodeMessage(claims('ns2', 1), key)); // not a balancer
    await lb2(encodeMessage(claims('lb2', 1), key));
    const to = (host: string): readonly WitnessMessage[] =>
      answers.filter((one) => one.to === host).map(({ message }) => message);
    await vi.waitFor(() => expect(to('lb2').length).toBeGreaterThan(0), patient);
    const reports = [{ balancer: 'lb1', claims: [{ isMaster: true }] }];
    expect(to('lb2')).toMatchObject([{ kind: 'answer', sender: 'ns1', boot: 1, sequence: 1, reports }]);
    expect(to('ns2')).toEqual([]);
    const answered = to('lb1').map((message) => message.sequence);
    expect(answered).toEqual([...new Set(answered)]);
  });
});
