/** The head of an HTTP/1.1 answer. Header names are lower case; of one that comes twice, the last counts. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
}

type Phase =
  | 'head'
  | 'counted'
  | 'chunk-size'
  | 'chunk'
  | 'chunk-end'
  | 'trailer'
  | 'until-close'
  | 'whole'
  | 'malformed';

/** The longest head, and the longest line of a chunked body, in bytes. NGINX's own heads are far below it. */
const longestHead = 65_536;
const nothing = Buffer.alloc(0);

/** Reads one answer to a GET or POST from the bytes of a connection (RFC 9112, sections 2.1, 4, 6 and 7.1). */
export class AnswerReader {
  head: AnswerHead | undefined;
  bodyBytes = 0;
  readonly #onBody: (bytes: Buffer) => void;
  #phase: Phase = 'head';
  #pending: Buffer = nothing;
  /** Bytes left of the body or of its chunk. */
  #left = 0;

  constructor(onBody: (bytes: Buffer) => void = () => undefined) {
    this.#onBody = onBody;
  }

  get state(): 'open' | 'whole' | 'malformed' {
    return this.#phase === 'whole' || this.#phase === 'malformed' ? this.#phase : 'open';
  }

  /** Whether the server ends the connection after this answer. */
  get closes(): boolean {
    return this.#phase === 'until-close' || /\bclose\b/i.test(this.head?.headers.get('connection') ?? '');
  }

  /** Takes bytes of the connection; gives back those behind the end of the answer. */
  feed(bytes: Buffer): Buffer {
    let rest: Buffer = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    this.#pending = nothing;
    while (rest.length > 0 && this.state === 'open') {
      const next = this.#step(rest);
      if (next === undefined) {
        this.#pending = rest;
        if (rest.length > longestHead) this.#phase = 'malformed';
        return nothing;
      }
      rest = next;
    }
    return rest;
  }

  /** The connection ended: that is the end of an answer without a length. */
  finish(): void {
    if (this.#phase === 'until-close') this.#phase = 'whole';
  }

  /** Takes one part; undefined: more bytes are needed first. */
  #step(rest: Buffer): Buffer | undefined {
    switch (this.#phase) {
      case 'head': {
        const end = rest.indexOf('\r\n\r\n');
        if (end < 0) return undefined;
        this.#readHead(rest.toString('latin1', 0, end));
        return rest.subarray(end + 4);
      }
      case 'counted':
      case 'chunk': {
        const taken = rest.subarray(0, this.#left);
        this.#body(taken);
        this.#left -= taken.length;
        if (this.#left === 0) this.#phase = this.#phase === 'chunk' ? 'chunk-end' : 'whole';
        return rest.subarray(taken.length);
      }
      case 'until-close':
        this.#body(rest);
        return nothing;
      case 'chunk-size':
      case 'chunk-end':
      case 'trailer': {
        const end = rest.indexOf('\r\n');
        if (end < 0) return undefined;
        this.#readLine(rest.toString('latin1', 0, end));
        return rest.subarray(end + 2);
      }
      case 'whole':
      case 'malformed':
        return rest;
    }
  }

  #body(bytes: Buffer): void {
    this.bodyBytes += bytes.length;
    this.#onBody(bytes);
  }

  #readHead(text: string): void {
    const [first = '', ...lines] = text.split('\r\n');
    const status = Number(/^HTTP\/1\.[01] ([1-5]\d\d)(?: |$)/.exec(first)?.[1]);
    const headers = new Map(
      lines.map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, Math.max(0, colon)).toLowerCase(), line.slice(colon + 1).trim()] as const;
      }),
    );
    if (Number.isNaN(status)) {
      this.#phase = 'malformed';
      return;
    }
    // An interim answer: the real one follows.
    if (status < 200 && status !== 101) return;
    this.head = { status, headers };
    const length = headers.get('content-length');
    if (status === 101 || status === 204 || status === 304) this.#phase = 'whole';
    else if (/\bchunked$/i.test(headers.get('transfer-encoding') ?? '')) this.#phase = 'chunk-size';
    else if (length === undefined) this.#phase = 'until-close';
    else if (!/^\d{1,15}$/.test(length)) this.#phase = 'malformed';
    else {
      this.#left = Number(length);
      this.#phase = this.#left === 0 ? 'whole' : 'counted';
    }
  }

  #readLine(line: string): void {
    if (this.#phase === 'trailer') {
      if (line === '') this.#phase = 'whole';
      return;
    }
    if (this.#phase === 'chunk-end') {
      this.#phase = line === '' ? 'chunk-size' : 'malformed';
      return;
    }
    const size = /^([0-9a-f]{1,12})[ \t]*(?:;|$)/i.exec(line)?.[1];
    this.#left = Number.parseInt(size ?? '', 16);
    if (size === undefined) this.#phase = 'malformed';
    else this.#phase = this.#left === 0 ? 'trailer' : 'chunk';
  }
}
