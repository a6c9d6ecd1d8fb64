import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { ServerHttp2Stream } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../test/kit/free-port.ts';
import { certificateFor } from '../../../test/kit/loopback-certificate.ts';
import { resolveCheck } from '../../model/resolve-check.ts';
import type { CheckSpec } from '../../spec/spec.ts';
import { checkBackend } from './check-backend.ts';
import type { CheckTarget } from './check-target.ts';

// Each server is a real one on the loopback; after each test its connections must all be closed, by the check.
const opened = new Map<Server, Set<Socket>>();

afterEach(async () => {
  for (const [server, sockets] of opened) {
    await Promise.all([...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
    server.close();
  }
  opened.clear();
});

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  opened.set(server, sockets);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    // A server hears a reset; what closes is all that counts here.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return portOf(server.address());
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

function targetOf(port: number, written: CheckSpec = {}): CheckTarget {
  return { key: `${port}`, address: '127.0.0.1', port, check: resolveCheck({ timeout: '20s', ...written }), uses: [] };
}

async function ask(port: number, written: CheckSpec = {}): Promise<string> {
  const result = await checkBackend(targetOf(port, written), new AbortController().signal);
  return result.kind === 'passed' ? 'passed' : `${result.kind}: ${result.error}`;
}

/** A server that treats each connection as it is told. */
function raw(serve: (socket: Socket) => void): Promise<number> {
  return listen(
    createServer((socket) => {
      // Who does not read does not hear that the other end has gone.
      socket.resume();
      serve(socket);
    }),
  );
}

describe('a check of kind http', () => {
  const serve = (status: number, text: string): Promise<number> =>
    listen(
      createHttpServer((_request, response) => {
        response.statusCode = status;
        response.end(text);
      }),
    );

  it('passes on the status, and on the text when one is wanted', async () => {
    const port = await serve(200, 'all is well');
    expect(await ask(port)).toBe('passed');
    expect(await ask(port, { body: 'well' })).toBe('passed');
    expect(await ask(port, { body: 'bad' })).toBe('failed: the answer does not contain "bad"');
    expect(await ask(port, { status: [204, 206] })).toBe('failed: answered 200, 204 or 206 expected');
  });

  it('asks as a client would, names itself and keeps no connection', async () => {
    const asked: unknown[] = [];
    const port = await listen(
      createHttpServer((request, response) => {
        const { host, connection } = request.headers;
        asked.push([request.method, request.url, host, request.headers['user-agent'], connection]);
        response.end();
      }),
    );
    await ask(port);
    await ask(port, { path: '/health?full=1', host: 'shop.example' });
    expect(asked).toEqual([
      ['GET', '/', `127.0.0.1:${port}`, 'evenkeel-check', 'close'],
      ['GET', '/health?full=1', 'shop.example', 'evenkeel-check', 'close'],
    ]);
  });

  it('follows no redirect and reads no endless answer', async () => {
    const redirect = await listen(
      createHttpServer((_request, response) => response.writeHead(302, { Location: '/' }).end()),
    );
    expect(await ask(redirect)).toBe('failed: answered 302, 200 expected');
    const endless = await raw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      const more = (): void => {
        if (socket.writable) socket.write('x'.repeat(10_000), more);
      };
      more();
    });
    expect(await ask(endless)).toBe('passed');
    expect(await ask(endless, { body: 'never' })).toBe('failed: the answer does not contain "never"');
  });

  it('does not wait for a server that answers and stays connected', async () => {
    const port = await raw((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK'));
    expect(await ask(port)).toBe('passed');
    expect(await ask(port, { body: 'OK' })).toBe('passed');
  });

  it('says what went wrong on the way', async () => {
    expect(await ask(await freePort())).toBe('failed: refused the connection');
    expect(await ask(await raw((socket) => socket.once('data', () => socket.resetAndDestroy())))).toBe(
      'failed: reset the connection',
    );
    expect(await ask(await raw((socket) => socket.end()))).toMatch(
      /^failed: (closed the connection without an answer|reset the connection)$/,
    );
    expect(await ask(await raw((socket) => socket.end('220 mail ESMTP\r\n')))).toBe(
      'failed: answered something that is not HTTP',
    );
  });

  it('gives up on what answers too late, or not to its end', async () => {
    const silent = await raw(() => undefined);
    expect(await ask(silent, { timeout: '200ms' })).toBe('failed: no answer within 200ms');
    const stuck = await raw((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nOK'));
    expect(await ask(stuck, { timeout: '200ms', body: 'OK, all' })).toBe('failed: no end of the answer within 200ms');
  });

  it('ends at once when it is stopped', async () => {
    const stop = new AbortController();
    const asking = checkBackend(targetOf(await raw(() => stop.abort())), stop.signal);
    expect(await asking).toEqual({ kind: 'skipped', error: 'stopped' });
    expect(await checkBackend(targetOf(1), stop.signal)).toEqual({ kind: 'skipped', error: 'stopped' });
  });
});

describe('a check of kind https', () => {
  it('does not judge the certificate, sends the name, and resumes its session', async () => {
    const names: unknown[] = [];
    const resumed: boolean[] = [];
    const server = createHttpsServer(await certificateFor('somebody.else'), (_request, response) => response.end('OK'));
    server.on('secureConnection', (socket) => {
      names.push(socket.servername);
      resumed.push(socket.isSessionReused());
    });
    const port = await listen(server);
    expect(await ask(port, { kind: 'https', host: 'shop.example:8443', body: 'OK' })).toBe('passed');
    expect(await ask(port, { kind: 'https' })).toBe('passed');
    expect(names).toEqual(['shop.example', false]);
    expect(await ask(port, { kind: 'https' })).toBe('passed');
    expect(resumed.at(-1)).toBe(true);
  });

  it('says that a server speaks no TLS', async () => {
    const port = await raw((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    expect(await ask(port, { kind: 'https' })).toMatch(/^failed: no TLS: /);
  });
});

describe('a check of kind tcp', () => {
  it('passes on a connection', async () => {
    expect(await ask(await raw(() => undefined), { kind: 'tcp' })).toBe('passed');
    expect(await ask(await freePort(), { kind: 'tcp' })).toBe('failed: refused the connection');
  });
});

describe('a check of kind grpc', () => {
  /** A gRPC server with this answer: its frame, and its trailers. */
  function grpc(frame: readonly number[], trailers: Readonly<Record<string, string>>): Promise<number> {
    const server = createHttp2Server();
    server.on('stream', (stream: ServerHttp2Stream, headers) => {
      expect(headers).toMatchObject({
        ':method': 'POST',
        ':path': '/grpc.health.v1.Health/Check',
        'content-type': 'application/grpc',
        te: 'trailers',
      });
      const content = { ':status': 200, 'content-type': 'application/grpc' };
      if (frame.length === 0) {
        stream.respond({ ...content, ...trailers }, { endStream: true });
        return;
      }
      stream.respond(content, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers(trailers));
      stream.end(Buffer.from(frame));
    });
    return listen(server);
  }

  it.each<[string, readonly number[], Readonly<Record<string, string>>, string]>([
    ['serving', [0, 0, 0, 0, 2, 8, 1], { 'grpc-status': '0' }, 'passed'],
    ['not serving', [0, 0, 0, 0, 2, 8, 2], { 'grpc-status': '0' }, 'failed: answered NOT_SERVING, SERVING expected'],
    ['unknown', [0, 0, 0, 0, 0], { 'grpc-status': '0' }, 'failed: answered UNKNOWN, SERVING expected'],
    ['no service', [], { 'grpc-status': '12' }, 'failed: has no grpc.health.v1.Health service'],
    ['an error', [], { 'grpc-status': '14', 'grpc-message': 'no%20db' }, 'failed: answered gRPC status 14 no db'],
  ])('judges %s', async (...[, frame, trailers, expected]) => {
    expect(await ask(await grpc(frame, trailers), { kind: 'grpc' })).toBe(expected);
  });

  it('says what went wrong on the way', async () => {
    expect(await ask(await freePort(), { kind: 'grpc' })).toBe('failed: refused the connection');
    expect(await ask(await raw(() => undefined), { kind: 'grpc', timeout: '200ms' })).toBe(
      'failed: no answer within 200ms',
    );
    expect(await ask(await raw((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')), { kind: 'grpc' })).toMatch(
      /^failed: (answered something that is not HTTP\/2|reset|closed)/,
    );
  });
});
