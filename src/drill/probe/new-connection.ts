import type { LoadStream } from '../load-stream.ts';
import { now, onSchedule } from './clock.ts';
import { exchange, getRequest } from './exchange.ts';
import { reach } from './reach.ts';
import { type RunningStream, type StreamTools, UnderWay } from './stream.ts';

type NewConnectionStream = Extract<LoadStream, { kind: 'new-connection' }>;

/** A new TLS connection and one GET on it, on schedule. `timeoutMs` covers all of it, the lookup of the name too. */
export function startNewConnections(stream: NewConnectionStream, tools: StreamTools): RunningStream {
  const underWay = new UnderWay();
  const end = onSchedule({ everyMs: stream.everyMs, offsetMs: tools.offsetMs }, () => {
    underWay.add(ask(stream, tools));
  });
  return {
    stop: async () => {
      end();
      await underWay.settled();
    },
  };
}

async function ask(stream: NewConnectionStream, { dialler, record }: StreamTools): Promise<void> {
  const start = now();
  const reached = await reach(dialler, stream, stream.timeoutMs);
  const { address } = reached;
  const outcome =
    reached.kind === 'failed'
      ? { failure: reached.failure, server: '' }
      : await exchange(
          reached.socket,
          getRequest(stream.name, stream.path, 'close'),
          Math.max(1, start + stream.timeoutMs - now()),
        );
  record({ kind: 'request', stream: stream.id, start, end: now(), address, ...outcome });
}
