// The drill's target: what answers long transfers on a web server of a lab. usage: node target-main.ts NAME PORT
// It listens on 127.0.0.1 only; the web server's NGINX passes `/.evenkeel-drill/` on to it. Needs Node.js and nothing else.
import { createHash } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream';
import { Readable } from 'node:stream';
import { BytePattern } from './byte-pattern.ts';
import { serverHeader, targetPaths } from './target-paths.ts';
import { FrameReader, acceptOf, encodeFrame, opcodes } from './websocket-frames.ts';

/** The longest download, in bytes. */
const mostBytes = 2 ** 40;
const pieceBytes = 65_536;

const [name = '', port = ''] = process.argv.slice(2);

const server = createServer((request, response) => {
  response.setHeader(serverHeader, name);
  const url = pathOf(request);
  switch (url?.pathname) {
    case targetPaths.ok:
      return void response.end('ok\n');
    case targetPaths.download:
      return download(url.searchParams, response);
    case targetPaths.upload:
      return upload(request, response);
    default:
      response.statusCode = 404;
      return void response.end('no such thing\n');
  }
});

/** Null for what is no path, such as `//`: it must not end this program. */
function pathOf(request: IncomingMessage): URL | null {
  return URL.parse(request.url ?? '/', 'http://target');
}

function download(query: URLSearchParams, response: ServerResponse): void {
  const bytes = Number(query.get('bytes'));
  const seed = Number(query.get('seed'));
  if (!Number.isInteger(bytes) || !Number.isInteger(seed) || bytes < 0 || bytes > mostBytes) {
    response.statusCode = 400;
    response.end('wrong question\n');
    return;
  }
  response.setHeader('Content-Type', 'application/octet-stream');
  response.setHeader('Content-Length', bytes);
  const pieces = Readable.from(piecesOf(new BytePattern(seed), bytes), { objectMode: false });
  pipeline(pieces, response, () => undefined);
}

function* piecesOf(pattern: BytePattern, total: number): Generator<Buffer> {
  for (let at = 0; at < total;) {
    const piece = pattern.bytes(at, Math.min(pieceBytes, total - at));
    yield piece;
    at += piece.length;
  }
}

function upload(request: IncomingMessage, response: ServerResponse): void {
  const hash = createHash('sha256');
  request.on('data', (bytes: Buffer) => hash.update(bytes));
  request.on('end', () => response.end(`${hash.digest('hex')}\n`));
  request.on('error', () => undefined);
}

server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
  socket.on('error', () => undefined);
  const key = request.headers['sec-websocket-key'];
  if (key === undefined || pathOf(request)?.pathname !== targetPaths.echo) {
    socket.end(`HTTP/1.1 404 Not Found\r\n${serverHeader}: ${name}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
    return;
  }
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Accept: ${acceptOf(key)}\r\n${serverHeader}: ${name}\r\n\r\n`,
  );
  const reader = new FrameReader();
  socket.on('data', (bytes: Buffer) => {
    const frames = reader.feed(bytes);
    if (frames === undefined) return void socket.destroy();
    for (const { opcode, payload } of frames) {
      if (opcode === opcodes.close) return void socket.end(encodeFrame({ opcode, payload }));
      if (opcode !== opcodes.pong) {
        socket.write(encodeFrame({ opcode: opcode === opcodes.ping ? opcodes.pong : opcode, payload }));
      }
    }
  });
});

// Long transfers are meant; NGINX closes what is idle.
server.requestTimeout = 0;
server.keepAliveTimeout = 75_000;
server.listen(Number(port), '127.0.0.1');
