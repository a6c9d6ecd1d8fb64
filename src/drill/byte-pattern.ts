/** A prime: no buffer's size is a multiple of it, so bytes that are lost or come twice show. */
const period = 65_521;

/** The bytes that long transfers carry, known at each offset without keeping them. Different for each seed. */
export class BytePattern {
  /** Two periods: any stretch of up to one lies in it without a seam. */
  readonly #table: Buffer;

  constructor(seed: number) {
    const once = Buffer.alloc(period);
    // xorshift32 (Marsaglia 2003); its state is never 0.
    let state = (seed ^ 0x9e3779b9) >>> 0 || 1;
    for (let at = 0; at < period; at += 1) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      once[at] = state & 0xff;
    }
    this.#table = Buffer.concat([once, once]);
  }

  /** Up to `length` bytes from `offset` on, at most 65,521. Not to be changed: no copy. */
  bytes(offset: number, length: number): Buffer {
    const start = offset % period;
    return this.#table.subarray(start, start + Math.min(length, period));
  }

  /** Whether these are the bytes from `offset` on. */
  isAt(offset: number, bytes: Buffer): boolean {
    for (let at = 0; at < bytes.length; at += period) {
      const part = bytes.subarray(at, at + period);
      if (part.compare(this.bytes(offset + at, part.length)) !== 0) return false;
    }
    return true;
  }
}
