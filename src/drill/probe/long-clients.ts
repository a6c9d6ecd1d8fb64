import type { TLSSocket } from 'node:tls';
import type { ConnectionRecord } from '../../facts/drill-records.ts';
import { now } from './clock.ts';
import { type Destination, reach } from './reach.ts';
import type { RunningStream, StreamTools } from './stream.ts';

/** What became of a connection. */
export type SessionEnd = Pick<ConnectionRecord, 'result' | 'failure' | 'server' | 'bytes'>;

/** Uses an open connection until it has done its work, it broke, or `stop` fires: then it ends as `whole`. */
export type Session = (socket: TLSSocket, stop: AbortSignal) => Promise<SessionEnd>;

/** Some clients that each do one session after the other. */
export interface LongClients extends Destination {
  readonly id: string;
  readonly clients: number;
  readonly timeoutMs: number;
}

/** Between a session that did not end well, or a connection that was not had, and the next try. */
const retryMs = 200;

/**
 * Runs the clients. Each connection that stood has a record when it ended. One that was not had has none: that nobody can
 * connect is what the streams of requests measure.
 */
export function startLongClients(stream: LongClients, tools: StreamTools, session: Session): RunningStream {
  const stop = new AbortController();
  const clients = Array.from({ length: stream.clients }, () =>
    runClient(stream, tools, { session, stop: stop.signal }),
  );
  return {
    stop: async () => {
      stop.abort();
      await Promise.all(clients);
    },
  };
}

async function runClient(
  stream: LongClients,
  { dialler, record }: StreamTools,
  { session, stop }: { readonly session: Session; readonly stop: AbortSignal },
): Promise<void> {
  while (!stop.aborted) {
    const reached = await reach(dialler, stream, stream.timeoutMs);
    if (reached.kind === 'open') {
      const { address, socket } = reached;
      const start = now();
      const end = await session(socket, stop);
      socket.destroy();
      record({ kind: 'connection', stream: stream.id, start, end: now(), address, ...end });
      if (end.result === 'whole') continue;
    }
    await pause(retryMs, stop);
  }
}

/** Waits, but not beyond the stop. */
function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      stop.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    if (stop.aborted) done();
    else stop.addEventListener('abort', done);
  });
}
