import { chmod, mkdir, rm } from 'node:fs/promises';
import { createServer, connect } from 'node:net';
import type { Socket } from 'node:net';
import { dirname } from 'node:path';

/** Longest request, in characters. */
const longestRequest = 64 * 1024;
/** Milliseconds a connection may say nothing. */
const silenceMs = 10_000;

/** A socket that is listened on. */
export interface AskServer {
  readonly close: () => Promise<void>;
}

/**
 * Answers lines on a unix socket. Its directory is for root alone, and is made when missing; a socket that a killed agent left
 * is replaced. Throws the system's error when it can't listen.
 */
export async function serveAsks(path: string, answer: (line: string) => Promise<string>): Promise<AskServer> {
  await mkdir(dirname(path), { recursive: true, mode: 0o750 });
  await rm(path, { force: true });
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    // Whoever asked is gone; nothing is left to be done for them.
    socket.on('error', () => socket.destroy());
    socket.setTimeout(silenceMs, () => socket.destroy());
    onLines(socket, (line) => void reply(socket, answer(line)));
  });
  await new Promise<void>((listens, fails) => {
    server.once('error', fails);
    server.listen(path, listens);
  });
  await chmod(path, 0o600);
  return {
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

async function reply(socket: Socket, answer: Promise<string>): Promise<void> {
  const text = await answer;
  if (socket.writable) socket.write(`${text}\n`);
}

/** Asks the agent one thing: one line, one line back. Throws the system's error, or says that the time is over. */
export async function askOnce(path: string, request: string, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const timer = setTimeout(() => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    socket.on('error', reject);
    socket.on('close', () => {
      clearTimeout(timer);
      reject(new Error('the agent closed the connection without an answer'));
    });
    socket.on('connect', () => socket.write(`${request}\n`));
    onLines(socket, (line) => {
      resolve(line);
      socket.end();
    });
  });
}

function onLines(socket: Socket, take: (line: string) => void): void {
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
    if (rest.length > longestRequest) socket.destroy();
  });
}
