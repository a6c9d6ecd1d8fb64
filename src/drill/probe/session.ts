import type { TLSSocket } from 'node:tls';
import type { FailureKind } from '../../facts/drill-records.ts';
import type { SessionEnd } from './long-clients.ts';

/** What every session has to watch: the stop, the end of the connection, and a wait that takes too long. */
export interface SessionWatch {
  readonly socket: TLSSocket;
  readonly stop: AbortSignal;
  readonly timeoutMs: number;
  /** Bytes so far and who answers, for the record. */
  readonly seen: () => Pick<SessionEnd, 'bytes' | 'server'>;
}

/** How often a session looks whether it waits too long. */
const lookMs = 50;

/** A session that has begun. */
export class RunningSession {
  readonly ended: Promise<SessionEnd>;
  readonly #watch: SessionWatch;
  readonly #resolve: (end: SessionEnd) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #stopped = (): void => this.end('whole', undefined);
  #waitsSince: number | undefined;
  #isOver = false;

  constructor(watch: SessionWatch) {
    const { promise, resolve } = Promise.withResolvers<SessionEnd>();
    this.ended = promise;
    this.#resolve = resolve;
    this.#watch = watch;
    const { socket, stop } = watch;
    this.waits();
    this.#timer = setInterval(() => {
      if (this.#waitsSince !== undefined && performance.now() - this.#waitsSince > watch.timeoutMs) {
        this.end('broken', 'no-answer');
      }
    }, lookMs);
    socket.once('end', () => this.end('broken', 'reset'));
    socket.once('close', () => this.end('broken', 'reset'));
    if (stop.aborted) this.#stopped();
    else stop.addEventListener('abort', this.#stopped);
    if (socket.destroyed) this.end('broken', 'reset');
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** It waits for the other side, since then (`performance.now()`) and for at most `timeoutMs`. */
  waits(since = performance.now()): void {
    this.#waitsSince = since;
  }

  /** It waits for nothing, until `waits`. */
  rests(): void {
    this.#waitsSince = undefined;
  }

  /** Only the first end counts. */
  end(result: SessionEnd['result'], failure: FailureKind | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#timer);
    this.#watch.stop.removeEventListener('abort', this.#stopped);
    this.#resolve({ result, failure, ...this.#watch.seen() });
  }
}
