import type { LoadOrder, LoadStream } from '../load-stream.ts';
import { startDownloads } from './download.ts';
import { startKeepAlive } from './keep-alive.ts';
import { startNameserverWatch } from './nameserver.ts';
import { startNewConnections } from './new-connection.ts';
import type { RunningStream, StreamTools } from './stream.ts';
import { startUploads } from './upload.ts';
import { startWebSockets } from './websocket.ts';

/** Starts all that is ordered, shifted against each other, so that streams of one rhythm do not all start in one moment. */
export function startOrder(order: LoadOrder, tools: Omit<StreamTools, 'offsetMs'>): readonly RunningStream[] {
  return [
    ...order.streams.map((stream, index) => {
      const offsetMs = (('everyMs' in stream ? stream.everyMs : 0) * index) / order.streams.length;
      return startStream(stream, { ...tools, offsetMs });
    }),
    ...order.nameservers.map((watch, index) =>
      startNameserverWatch(watch, { ...tools, offsetMs: (watch.everyMs * index) / order.nameservers.length }),
    ),
  ];
}

function startStream(stream: LoadStream, tools: StreamTools): RunningStream {
  switch (stream.kind) {
    case 'new-connection':
      return startNewConnections(stream, tools);
    case 'keep-alive':
      return startKeepAlive(stream, tools);
    case 'download':
      return startDownloads(stream, tools);
    case 'upload':
      return startUploads(stream, tools);
    case 'websocket':
      return startWebSockets(stream, tools);
  }
}
