import { type Socket, connect } from 'node:net';
import { pause } from '../pause.ts';

/** Milliseconds a connection is held before another takes its place: an old worker that ends waits no longer for us. */
const heldMs = 5_000;
/** Milliseconds until it is tried again while nobody listens. */
const againMs = 250;
/** Milliseconds a connection may take to be made. */
const connectMs = 1_000;

/** How an attempt to connect went. */
type Attempt = { readonly kind: 'connected'; readonly socket: Socket } | { readonly kind: 'refused' | 'failed' };

/**
 * Holds a connection to a port of this host until the signal fires, and calls `onDead` when it breaks and nobody listens any more: the
 * kernel closes a dead process's sockets at once, so this is the first to know. A graceful reload closes it too, but
 * then a new one is taken.
 */
export async function holdConnection(port: number, onDead: () => void, signal: AbortSignal): Promise<void> {
  let held: Socket | undefined;
  while (!signal.aborted) {
    const attempt = await connectTo(port);
    held?.destroy();
    if (attempt.kind !== 'connected') {
      // Only the end of one that was there is news: an NGINX that does not run is known to its unit.
      if (held !== undefined && attempt.kind === 'refused') onDead();
      held = undefined;
      await pause(againMs, signal);
      continue;
    }
    held = attempt.socket;
    await brokenOrOld(held, signal);
  }
  held?.destroy();
}

async function connectTo(port: number): Promise<Attempt> {
  return new Promise((settle) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.setTimeout(connectMs, () => socket.destroy(new Error('not in time')));
    socket.once('connect', () => {
      socket.setTimeout(0);
      settle({ kind: 'connected', socket });
    });
    socket.on('error', (error) => {
      settle({ kind: 'code' in error && error.code === 'ECONNREFUSED' ? 'refused' : 'failed' });
    });
  });
}

/** Waits until a connection is broken, is old, or the signal fires. */
async function brokenOrOld(socket: Socket, signal: AbortSignal): Promise<void> {
  await new Promise<void>((settle) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      settle();
    };
    const timer = setTimeout(end, heldMs);
    signal.addEventListener('abort', end);
    socket.once('close', end);
    // Without this its end is not noticed: nothing is ever read from it.
    socket.resume();
    if (socket.destroyed || signal.aborted) end();
  });
}
