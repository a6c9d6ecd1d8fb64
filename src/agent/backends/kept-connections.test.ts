import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createServer as createHttpsServer } from 'node:https';
import { certificateFor } from '../../../test/kit/loopback-certificate.ts';
import { resolveCheck } from '../../model/resolve-check.ts';
import type { CheckSpec } from '../../spec/spec.ts';
import { checkBackend } from './check-backend.ts';
import { keptConnections } from './kept-connections.ts';
import type { KeptConnections } from './kept-connections.ts';

/** Checks one after the other, as the watch over a backend makes them. */
let server: Server;
let sockets: Socket[] = [];
let stop = new AbortController();
let connections: KeptConnections;

beforeEach(() => {
  sockets = [];
  stop = new AbortController();
  connections = keptConnections(stop.signal);
});
afterEach(async () => {
  stop.abort();
  // Whatever was kept goes with the watch.
  await Promise.all(sockets.filter((one) => !one.closed).map((one) => once(one, 'close')));
  server.close();
});

async function listen(it: Server): Promise<number> {
  server = it;
  server.on('connection', (socket: Socket) => {
    sockets.push(socket);
    socket.on('error', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address: string | AddressInfo | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwell\n';

async function ask(port: number, written: CheckSpec = {}): Promise<string> {
  const check = resolveCheck({ timeout: '20s', ...written });
  const target = { key: `${port}`, address: '127.0.0.1', port, check, uses: [] };
  const result = await checkBackend(target, stop.signal, connections);
  return result.kind === 'passed' ? 'passed' : `${result.kind}: ${result.error}`;
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** A server that answers the questions of a connection, counted from 0, as it is told. */
function answering(of: (question: number, socket: Socket) => string): Promise<number> {
  return listen(
    createServer((socket) => {
      let question = 0;
      socket.on('data', () => {
        socket.write(of(question, socket));
        question += 1;
      });
    }),
  );
}

describe('checks over a kept connection', () => {
  test('use one connection, and leave none behind', async () => {
    const port = await answering(() => answer);
    for (let n = 0; n < 4; n += 1) expect(await ask(port)).toBe('passed');
    expect(sockets).toHaveLength(1);
  });

  test('use one with TLS too', async () => {
    const certificate = await certificateFor('devops.com');
    const port = await listen(createHttpsServer(certificate, (_, response) => response.end('well\n')));
    for (let n = 0; n < 3; n += 1) expect(await ask(port, { kind: 'https' })).toBe('passed');
    expect(sockets).toHaveLength(1);
  });

  test('begin a new one, and fail nobody, when the backend closed it in between', async () => {
    const port = await answering((question, socket) => {
      setImmediate(() => socket.end());
      return question === 0 ? answer : '';
    });
    expect(await ask(port)).toBe('passed');
    await until(() => sockets[0]?.closed === true);
    expect(await ask(port)).toBe('passed');
    expect(sockets).toHaveLength(2);
  });

  test('begin a new one, and fail nobody, when the backend closes it on the question', async () => {
    const port = await answering((question, socket) => {
      if (question === 0) return answer;
      socket.destroy();
      return '';
    });
    for (let n = 0; n < 3; n += 1) expect(await ask(port)).toBe('passed');
    expect(sockets).toHaveLength(3);
  });

  test('see at the next question that the backend answers wrongly, and ask anew then', async () => {
    const port = await answering((question) => (question === 1 ? answer.replace('200 OK', '503 Sorry') : answer));
    expect(await ask(port)).toBe('passed');
    expect(await ask(port)).toContain('answered 503');
    expect(await ask(port)).toBe('passed');
    expect(sockets).toHaveLength(2);
  });

  test('do not take for an answer what came unasked', async () => {
    const port = await answering((question, socket) => {
      if (question === 0) setImmediate(() => socket.write(answer));
      return answer;
    });
    expect(await ask(port)).toBe('passed');
    await until(() => sockets[0]?.closed === true);
    expect(await ask(port)).toBe('passed');
    expect(sockets).toHaveLength(2);
  });

  test('begin a new one when the answer says that it is the last', async () => {
    const port = await answering(() => answer.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
    for (let n = 0; n < 2; n += 1) expect(await ask(port)).toBe('passed');
    expect(sockets).toHaveLength(2);
  });

  test('begin a new one each time for a backend that a single failure takes out', async () => {
    const port = await answering(() => answer);
    for (let n = 0; n < 2; n += 1) expect(await ask(port, { fall: 1 })).toBe('passed');
    expect(sockets).toHaveLength(2);
  });
});

test('a connection that is old is closed, and not used again', async () => {
  let now = 0;
  connections = keptConnections(stop.signal, () => now);
  const port = await answering(() => answer);
  expect(await ask(port)).toBe('passed');
  now = performance.now() + 60_000;
  expect(await ask(port)).toBe('passed');
  expect(sockets).toHaveLength(2);
});
