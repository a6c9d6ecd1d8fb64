import { createHash } from 'node:crypto';
import type { LoadStream } from '../load-stream.ts';
import { BytePattern } from '../byte-pattern.ts';
import { AnswerReader } from './answer-reader.ts';
import { failureOf, serverOf } from './exchange.ts';
import { type Session, startLongClients } from './long-clients.ts';
import { RunningSession } from './session.ts';
import type { RunningStream, StreamTools } from './stream.ts';

type UploadStream = Extract<LoadStream, { kind: 'upload' }>;

/** How often a part is written. */
const writeMs = 50;

/** Uploads, one after the other, written at a limited speed. The target must answer with the SHA-256 of what was sent. */
export function startUploads(stream: UploadStream, tools: StreamTools): RunningStream {
  return startLongClients(stream, tools, uploadSession(stream, new BytePattern(1)));
}

function uploadSession(stream: UploadStream, pattern: BytePattern): Session {
  return (socket, stop) => {
    const hash = createHash('sha256');
    const answer: Buffer[] = [];
    const reader = new AnswerReader((bytes) => answer.push(bytes));
    let sent = 0;
    const seen = () => ({ bytes: sent, server: serverOf(reader.head) });
    const session = new RunningSession({ socket, stop, timeoutMs: stream.timeoutMs, seen });
    socket.on('data', (bytes: Buffer) => {
      if (session.isOver) return;
      reader.feed(bytes);
      if (failureOf(reader.head) !== undefined) return session.end('broken', 'status');
      if (reader.state === 'malformed') return session.end('corrupt', 'wrong-bytes');
      if (reader.state !== 'whole') return;
      const isRight = sent === stream.bytes && Buffer.concat(answer).toString('latin1').trim() === hash.digest('hex');
      if (isRight) session.end('whole', undefined);
      else session.end('corrupt', 'wrong-bytes');
    });
    socket.on('drain', () => session.rests());
    socket.write(
      `POST ${stream.path} HTTP/1.1\r\nHost: ${stream.name}\r\nUser-Agent: evenkeel-drill\r\n` +
        `Content-Type: application/octet-stream\r\nContent-Length: ${stream.bytes}\r\n\r\n`,
    );
    session.rests();

    const began = performance.now();
    const timer = setInterval(() => {
      if (session.isOver || sent === stream.bytes) return clearInterval(timer);
      // What waits here waits for the other side; it is made up for later.
      if (socket.writableNeedDrain) return;
      const due = Math.min(stream.bytes, ((performance.now() - began) / 1_000) * stream.bytesPerSecond);
      while (sent < Math.floor(due) && !socket.writableNeedDrain) {
        const part = pattern.bytes(sent, Math.floor(due) - sent);
        hash.update(part);
        sent += part.length;
        if (!socket.write(part)) session.waits();
      }
      // All is written: now the answer is due.
      if (sent === stream.bytes) session.waits();
    }, writeMs);
    return session.ended.finally(() => clearInterval(timer));
  };
}
