import type { LoadStream } from '../load-stream.ts';
import { BytePattern } from '../byte-pattern.ts';
import { AnswerReader } from './answer-reader.ts';
import { failureOf, getRequest, serverOf } from './exchange.ts';
import { type Session, startLongClients } from './long-clients.ts';
import { RunningSession } from './session.ts';
import type { RunningStream, StreamTools } from './stream.ts';

type DownloadStream = Extract<LoadStream, { kind: 'download' }>;

/** A client that reads ahead of its speed by more than this rests. */
const aheadMs = 20;

/** Downloads, one after the other, read at a limited speed and compared byte for byte. */
export function startDownloads(stream: DownloadStream, tools: StreamTools): RunningStream {
  const seed = Number(new URL(stream.path, 'http://target').searchParams.get('seed') ?? 0);
  return startLongClients(stream, tools, downloadSession(stream, new BytePattern(seed)));
}

function downloadSession(stream: DownloadStream, pattern: BytePattern): Session {
  return (socket, stop) => {
    let isRight = true;
    const reader: AnswerReader = new AnswerReader((bytes) => {
      isRight &&= pattern.isAt(reader.bodyBytes - bytes.length, bytes);
    });
    const seen = () => ({ bytes: reader.bodyBytes, server: serverOf(reader.head) });
    const session = new RunningSession({ socket, stop, timeoutMs: stream.timeoutMs, seen });
    const began = performance.now();
    socket.on('data', (bytes: Buffer) => {
      if (session.isOver) return;
      const behind = reader.feed(bytes);
      session.waits();
      const { head } = reader;
      if (head !== undefined && failureOf(head) !== undefined) return session.end('broken', 'status');
      const length = head?.headers.get('content-length');
      const isOther = length !== undefined && Number(length) !== stream.bytes;
      if (!isRight || isOther || reader.state === 'malformed' || behind.length > 0 || wrongStatus(head?.status)) {
        return session.end('corrupt', 'wrong-bytes');
      }
      if (reader.state === 'whole') {
        if (reader.bodyBytes === stream.bytes) session.end('whole', undefined);
        else session.end('corrupt', 'wrong-bytes');
        return;
      }
      const earlyMs = (reader.bodyBytes / stream.bytesPerSecond) * 1_000 - (performance.now() - began);
      if (earlyMs < aheadMs) return;
      socket.pause();
      session.rests();
      setTimeout(() => {
        if (session.isOver) return;
        session.waits();
        socket.resume();
      }, earlyMs);
    });
    socket.write(getRequest(stream.name, stream.path, 'keep-alive'));
    return session.ended;
  };
}

/** The target has nothing but 200 to say; who says something else is not the target. */
function wrongStatus(status: number | undefined): boolean {
  return status !== undefined && status !== 200;
}
