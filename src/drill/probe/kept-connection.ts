import type { TLSSocket } from 'node:tls';
import type { ConnectionRecord, FailureKind } from '../../facts/drill-records.ts';
import type { LoadStream } from '../load-stream.ts';
import { AnswerReader } from './answer-reader.ts';
import { now } from './clock.ts';
import { type Outcome, failureOf, getRequest, serverOf } from './exchange.ts';

/** A request that has no answer yet. */
export interface WaitingRequest {
  /** Milliseconds since the epoch. Its deadline is the stream's `timeoutMs` later. */
  readonly start: number;
}

/** What a kept connection is made of and whom it tells. */
export interface KeptConnectionParts {
  readonly stream: Extract<LoadStream, { kind: 'keep-alive' }>;
  readonly address: string;
  readonly socket: TLSSocket;
  /** To be sent at once, in this order. */
  readonly requests: readonly WaitingRequest[];
  /** A request has ended, with an answer or because the connection has. */
  readonly onAnswer: (request: WaitingRequest, outcome: Outcome) => void;
  /** The connection has ended. Requests that were told nothing of may be sent again on another one. */
  readonly onEnd: (record: ConnectionRecord) => void;
}

/** An open connection with requests on it, answered in order. */
export class KeptConnection {
  readonly #parts: KeptConnectionParts;
  readonly #began = now();
  readonly #sent: WaitingRequest[] = [];
  #reader = new AnswerReader();
  #bytes = 0;
  #server = '';
  #isOver = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: KeptConnectionParts) {
    this.#parts = parts;
    const { socket } = parts;
    socket.on('data', (bytes: Buffer) => this.#take(bytes));
    socket.once('end', () => this.#endedByServer('end'));
    socket.once('close', () => this.#endedByServer('reset'));
    for (const request of parts.requests) this.send(request);
    // It broke before anybody listened. Not now: whoever makes this object must have it first.
    if (socket.destroyed) setImmediate(() => this.#endedByServer('reset'));
  }

  send(request: WaitingRequest): void {
    const { stream, socket } = this.#parts;
    this.#sent.push(request);
    socket.write(getRequest(stream.name, stream.path, 'keep-alive'));
    if (this.#sent.length === 1) this.#watchFirst();
  }

  /** Ends it: it has done what it should. */
  close(): void {
    this.#end('whole', undefined);
  }

  /** The oldest has the earliest deadline. */
  #watchFirst(): void {
    clearTimeout(this.#timer);
    const [first] = this.#sent;
    if (first === undefined) return;
    const leftMs = Math.max(0, first.start + this.#parts.stream.timeoutMs - now());
    this.#timer = setTimeout(() => {
      // Nothing can be answered any more behind one that is not: a client drops the connection.
      this.#answer({ failure: 'no-answer', server: '' });
      this.#end('broken', 'no-answer');
    }, leftMs);
  }

  #take(bytes: Buffer): void {
    let rest = bytes;
    while (rest.length > 0 && !this.#isOver) {
      const reader = this.#reader;
      const isAsked = this.#sent.length > 0;
      rest = reader.feed(rest);
      if (reader.state === 'malformed' || !isAsked) {
        this.#answer({ failure: 'wrong-bytes', server: serverOf(reader.head) });
        return this.#end('corrupt', 'wrong-bytes');
      }
      if (reader.state === 'whole') this.#whole(reader);
    }
  }

  #whole(reader: AnswerReader): void {
    this.#server = serverOf(reader.head);
    this.#bytes += reader.bodyBytes;
    this.#reader = new AnswerReader();
    this.#answer({ failure: failureOf(reader.head), server: this.#server });
    if (reader.closes) this.#end('whole', undefined);
    else this.#watchFirst();
  }

  #endedByServer(how: 'end' | 'reset'): void {
    if (this.#isOver) return;
    this.#reader.finish();
    if (how === 'end' && this.#reader.state === 'whole') this.#whole(this.#reader);
    if (this.#isOver) return;
    if (how === 'end' && this.#sent.length === 0) return this.#end('whole', undefined);
    while (this.#sent.length > 0) this.#answer({ failure: 'reset', server: '' });
    this.#end('broken', 'reset');
  }

  #answer(outcome: Outcome): void {
    const request = this.#sent.shift();
    if (request !== undefined) this.#parts.onAnswer(request, outcome);
  }

  #end(result: ConnectionRecord['result'], failure: FailureKind | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    const { stream, address, socket, onEnd } = this.#parts;
    socket.destroy();
    onEnd({
      kind: 'connection',
      stream: stream.id,
      start: this.#began,
      end: now(),
      result,
      failure,
      address,
      server: this.#server,
      bytes: this.#bytes,
    });
  }
}
