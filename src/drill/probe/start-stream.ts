import type { LoadStream } from '../load-stream.ts';
import { startNewConnections } from './new-connection.ts';
import type { RunningStream, StreamTools } from './stream.ts';

/** Starts a stream of any kind. */
export function startStream(stream: LoadStream, tools: StreamTools): RunningStream {
  switch (stream.kind) {
    case 'new-connection':
      return startNewConnections(stream, tools);
    case 'keep-alive':
    case 'download':
    case 'upload':
    case 'websocket':
      throw new Error(`no such stream yet: ${stream.kind}`);
  }
}
