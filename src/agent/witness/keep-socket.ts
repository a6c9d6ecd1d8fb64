import type { BindOptions, Socket } from 'node:dgram';
import { errorWords } from '../../base/error-words.ts';
import { pause } from '../pause.ts';
import { sayOnce } from '../say-once.ts';

/** A UDP socket, and what is done with it. */
export interface SocketUse {
  readonly create: () => Socket;
  readonly at: BindOptions;
  /** Called when it is bound. What it throws closes the socket. */
  readonly onBound: (socket: Socket) => void;
  /** Called when it is closed, for whatever reason. */
  readonly onClosed?: () => void;
  /** Called with why it is not open, when that begins or changes. */
  readonly onTrouble: (problem: string) => void;
}

const retryMs = 1000;

/** Keeps a socket open until the signal fires. What can't be opened yet, or breaks, is tried again each second. */
export async function keepSocket(use: SocketUse, signal: AbortSignal): Promise<void> {
  const say = sayOnce(use.onTrouble);
  while (!signal.aborted) {
    const problem = await untilClosed(use, signal);
    if (signal.aborted) return;
    say(problem);
    await pause(retryMs, signal);
  }
}

/** Opens it and waits until it breaks or the signal fires. */
function untilClosed({ create, at, onBound, onClosed }: SocketUse, signal: AbortSignal): Promise<string> {
  const socket = create();
  return new Promise((resolve) => {
    const close = (problem: string): void => {
      signal.removeEventListener('abort', stop);
      onClosed?.();
      socket.removeAllListeners('error').on('error', () => undefined);
      socket.close(() => resolve(problem));
    };
    const stop = (): void => close('stopped');
    socket.once('error', (error) => close(error.message));
    socket.bind(at, () => {
      try {
        onBound(socket);
      } catch (error) {
        close(errorWords(error));
      }
    });
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
}
