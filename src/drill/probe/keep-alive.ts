import type { RequestRecord } from '../../facts/drill-records.ts';
import type { LoadStream } from '../load-stream.ts';
import { now, onSchedule } from './clock.ts';
import { KeptConnection, type WaitingRequest } from './kept-connection.ts';
import { reach } from './reach.ts';
import type { RunningStream, StreamTools } from './stream.ts';

type KeepAliveStream = Extract<LoadStream, { kind: 'keep-alive' }>;

/** How often a stop looks whether the last answers have come. */
const stopLookMs = 20;

/**
 * Clients that each keep one connection and send a GET on it on schedule. A request that is due while earlier ones have no
 * answer is sent behind them (pipelining, RFC 9112, section 9.3.2), so that a slow answer delays no request.
 */
export function startKeepAlive(stream: KeepAliveStream, tools: StreamTools): RunningStream {
  const clients = Array.from({ length: stream.clients }, () => new KeepAliveClient(stream, tools));
  const ends = clients.map((client, index) => {
    const offsetMs = tools.offsetMs + (stream.everyMs * index) / stream.clients;
    return onSchedule({ everyMs: stream.everyMs, offsetMs }, () => client.ask());
  });
  return {
    stop: async () => {
      for (const end of ends) end();
      await Promise.all(clients.map((client) => client.stop()));
    },
  };
}

class KeepAliveClient {
  readonly #stream: KeepAliveStream;
  readonly #tools: StreamTools;
  /** Without an answer, oldest first. All are on the connection when there is one. */
  #waiting: WaitingRequest[] = [];
  #connection: KeptConnection | undefined;
  #isConnecting = false;

  constructor(stream: KeepAliveStream, tools: StreamTools) {
    this.#stream = stream;
    this.#tools = tools;
  }

  /** Sends a request now. */
  ask(): void {
    const request = { start: now() };
    this.#waiting.push(request);
    if (this.#connection === undefined) void this.#connect();
    else this.#connection.send(request);
  }

  async stop(): Promise<void> {
    // Each has a deadline, so this ends.
    while (this.#waiting.length > 0) await new Promise((resolve) => setTimeout(resolve, stopLookMs));
    this.#connection?.close();
  }

  async #connect(): Promise<void> {
    const [first] = this.#waiting;
    if (this.#isConnecting || first === undefined) return;
    this.#isConnecting = true;
    const leftMs = Math.max(1, first.start + this.#stream.timeoutMs - now());
    const reached = await reach(this.#tools.dialler, this.#stream, leftMs);
    this.#isConnecting = false;
    if (reached.kind === 'failed') {
      // Silence has used up the time of the oldest only; a refusal concerns all who wait.
      const late = this.#waiting.filter((request) => request.start + this.#stream.timeoutMs <= now() + 1);
      const failed = late.length > 0 ? late : this.#waiting;
      for (const request of failed) this.#record(request, { ...reached, server: '' });
      this.#waiting = this.#waiting.filter((request) => !failed.includes(request));
      void this.#connect();
      return;
    }
    this.#connection = new KeptConnection({
      stream: this.#stream,
      address: reached.address,
      socket: reached.socket,
      requests: this.#waiting,
      onAnswer: (request, outcome) => {
        this.#waiting = this.#waiting.filter((one) => one !== request);
        this.#record(request, { ...outcome, address: reached.address });
      },
      onEnd: (record) => {
        this.#connection = undefined;
        this.#tools.record(record);
        // Those that the server never took, or that waited behind one that took too long.
        void this.#connect();
      },
    });
  }

  #record({ start }: WaitingRequest, outcome: Ended): void {
    const { failure, address, server } = outcome;
    this.#tools.record({ kind: 'request', stream: this.#stream.id, start, end: now(), failure, address, server });
  }
}

type Ended = Pick<RequestRecord, 'failure' | 'address' | 'server'>;
