import { createHash } from 'node:crypto';

/** What a frame is (RFC 6455, section 11.8). */
export const opcodes = { binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** One frame of a WebSocket. Long messages in several frames are not needed here, and not understood. */
export interface Frame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** The longest payload that is read, in bytes. */
const longestPayload = 65_535;

/** The value of Sec-WebSocket-Accept for a key (RFC 6455, section 4.2.2). */
export function acceptOf(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

/** A frame as bytes (RFC 6455, section 5.2). Clients must mask, servers must not. Payloads of up to 65,535 bytes. */
export function encodeFrame({ opcode, payload }: Frame, mask?: Buffer): Buffer {
  const masked = mask === undefined ? 0 : 0x80;
  const { length } = payload;
  const head =
    length < 126
      ? Buffer.from([0x80 | opcode, masked | length])
      : Buffer.from([0x80 | opcode, masked | 126, length >> 8, length & 0xff]);
  return mask === undefined ? Buffer.concat([head, payload]) : Buffer.concat([head, mask, masking(payload, mask)]);
}

/** Takes frames out of the bytes of a connection. */
export class FrameReader {
  #pending: Buffer = Buffer.alloc(0);

  /** The frames that are whole now; undefined when the bytes are no frames that this reader takes. */
  feed(bytes: Buffer): readonly Frame[] | undefined {
    this.#pending = Buffer.concat([this.#pending, bytes]);
    const frames: Frame[] = [];
    for (;;) {
      const frame = this.#next();
      if (frame === undefined) return undefined;
      if (frame === 'incomplete') return frames;
      frames.push(frame);
    }
  }

  #next(): Frame | 'incomplete' | undefined {
    const bytes = this.#pending;
    if (bytes.length < 2) return 'incomplete';
    const first = bytes.readUInt8(0);
    const second = bytes.readUInt8(1);
    const short = second & 0x7f;
    // The last frame of its message, no extension bits, a length of at most two more bytes.
    if ((first & 0xf0) !== 0x80 || short === 127) return undefined;
    const lengthEnd = short === 126 ? 4 : 2;
    if (bytes.length < lengthEnd) return 'incomplete';
    const length = short === 126 ? bytes.readUInt16BE(2) : short;
    if (length > longestPayload) return undefined;
    const payloadAt = lengthEnd + ((second & 0x80) === 0 ? 0 : 4);
    if (bytes.length < payloadAt + length) return 'incomplete';
    this.#pending = bytes.subarray(payloadAt + length);
    const payload = bytes.subarray(payloadAt, payloadAt + length);
    const mask = bytes.subarray(lengthEnd, payloadAt);
    return { opcode: first & 0x0f, payload: mask.length === 0 ? payload : masking(payload, mask) };
  }
}

function masking(payload: Buffer, mask: Buffer): Buffer {
  return Buffer.from(payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0)));
}
