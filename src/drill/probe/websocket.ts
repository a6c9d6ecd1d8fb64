import { randomBytes } from 'node:crypto';
import type { LoadStream } from '../load-stream.ts';
import { type Frame, FrameReader, acceptOf, encodeFrame, opcodes } from '../websocket-frames.ts';
import { AnswerReader } from './answer-reader.ts';
import { onSchedule } from './clock.ts';
import { failureOf, serverOf } from './exchange.ts';
import { type Session, startLongClients } from './long-clients.ts';
import { RunningSession } from './session.ts';
import type { RunningStream, StreamTools } from './stream.ts';

type WebSocketStream = Extract<LoadStream, { kind: 'websocket' }>;

/** A message is its number, and nothing else. */
const messageBytes = 4;

/**
 * WebSockets (RFC 6455) that each send a small message on schedule and want it back within `timeoutMs`. A client of our own:
 * Node's WebSocket can be given neither an address beside the name nor a CA.
 */
export function startWebSockets(stream: WebSocketStream, tools: StreamTools): RunningStream {
  return startLongClients(stream, tools, webSocketSession(stream));
}

function webSocketSession(stream: WebSocketStream): Session {
  return (socket, stop) => {
    const key = randomBytes(16).toString('base64');
    const mask = randomBytes(4);
    const handshake = new AnswerReader();
    const frames = new FrameReader();
    /** When each message that has not come back was sent. They come back in order, numbered from 0. */
    const sentAt: number[] = [];
    let sent = 0;
    let returned = 0;
    let endSchedule: () => void = () => undefined;
    const seen = () => ({ bytes: returned * messageBytes, server: serverOf(handshake.head) });
    const session = new RunningSession({ socket, stop, timeoutMs: stream.timeoutMs, seen });

    const send = (): void => {
      if (session.isOver) return;
      const payload = Buffer.alloc(messageBytes);
      payload.writeUInt32BE(sent);
      sent += 1;
      sentAt.push(performance.now());
      session.waits(sentAt[0]);
      socket.write(encodeFrame({ opcode: opcodes.binary, payload }, mask));
    };
    const take = ({ opcode, payload }: Frame): void => {
      if (opcode === opcodes.close) session.end('broken', 'reset');
      else if (opcode === opcodes.ping) socket.write(encodeFrame({ opcode: opcodes.pong, payload }, mask));
      else if (payload.length !== messageBytes || returned === sent || payload.readUInt32BE() !== returned) {
        session.end('corrupt', 'wrong-bytes');
      } else {
        returned += 1;
        sentAt.shift();
        if (sentAt.length === 0) session.rests();
        else session.waits(sentAt[0]);
      }
    };
    const takeAll = (bytes: Buffer): void => {
      const found = frames.feed(bytes);
      if (found === undefined) session.end('corrupt', 'wrong-bytes');
      else for (const frame of found) take(frame);
    };
    const open = (bytes: Buffer): void => {
      const behind = handshake.feed(bytes);
      const { head, state } = handshake;
      if (failureOf(head) !== undefined) session.end('broken', 'status');
      else if (state === 'malformed') session.end('corrupt', 'wrong-bytes');
      else if (head?.status === 101 && head.headers.get('sec-websocket-accept') === acceptOf(key)) {
        session.rests();
        endSchedule = onSchedule({ everyMs: stream.everyMs, offsetMs: 0 }, send);
        takeAll(behind);
      } else if (head !== undefined) session.end('corrupt', 'wrong-bytes');
    };
    socket.on('data', (bytes: Buffer) => {
      if (session.isOver) return;
      if (handshake.head === undefined) open(bytes);
      else takeAll(bytes);
    });
    socket.write(
      `GET ${stream.path} HTTP/1.1\r\nHost: ${stream.name}\r\nUser-Agent: evenkeel-drill\r\nConnection: Upgrade\r\n` +
        `Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
    );
    return session.ended.finally(() => endSchedule());
  };
}
