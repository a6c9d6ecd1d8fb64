import { Socket } from 'node:net';
import type { ProbeRecord } from '../probe.ts';
import { ProbeTrouble } from './dial.ts';

/** How often what was recorded goes out. */
const flushMs = 50;
/** The most that may wait for a reader that does not read, in bytes. */
const mostWaiting = 256 * 1024 * 1024;

/** Writes lines of JSON to standard output, many at once, and never waits for the reader. */
export class LineWriter {
  // Not process.stdout: writing to a pipe with it blocks the whole program while the pipe is full.
  readonly #out: Socket;
  readonly #timer: NodeJS.Timeout;
  #waiting = '';

  /** `onTrouble`: nobody reads any more. */
  constructor(onTrouble: (trouble: ProbeTrouble) => void) {
    this.#out = new Socket({ fd: 1, readable: false, writable: true });
    this.#out.on('error', () => onTrouble(new ProbeTrouble('nobody reads what the load probe writes')));
    this.#timer = setInterval(() => {
      this.#flush();
      if (this.#out.writableLength > mostWaiting) {
        onTrouble(new ProbeTrouble('what the load probe writes is not read fast enough'));
      }
    }, flushMs);
  }

  write(line: ProbeRecord | { readonly kind: 'ready' }): void {
    this.#waiting += `${JSON.stringify(line)}\n`;
  }

  /** Resolves when all is written. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    this.#flush();
    await new Promise<void>((resolve) => {
      this.#out.end(resolve);
    });
  }

  #flush(): void {
    if (this.#waiting === '') return;
    this.#out.write(this.#waiting);
    this.#waiting = '';
  }
}
