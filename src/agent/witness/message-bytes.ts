/** Writes numbers (most significant byte first) and short texts one after the other. */
export interface ByteWriter {
  /** Throws a RangeError when it does not fit. */
  readonly number: (value: number, bytes: number) => void;
  /** One byte of length, then printable ASCII. Throws a RangeError for an empty or longer text and for other characters. */
  readonly text: (value: string, maxBytes: number) => void;
  readonly bytes: () => Buffer;
}

/** A writer of at most so many bytes. */
export function byteWriter(maxBytes: number): ByteWriter {
  const buffer = Buffer.alloc(maxBytes);
  let at = 0;
  const number = (value: number, bytes: number): void => {
    buffer.writeUIntBE(value, at, bytes);
    at += bytes;
  };
  return {
    number,
    text(value, longest) {
      if (!isName(value) || value.length > longest) throw new RangeError(`no name: ${JSON.stringify(value)}`);
      number(value.length, 1);
      at += buffer.write(value, at, 'ascii');
    },
    bytes: () => Buffer.from(buffer.subarray(0, at)),
  };
}

/** Reads what a ByteWriter wrote. After a wrong or missing byte it reads zeros and empty texts, and is never at its end. */
export interface ByteReader {
  readonly number: (bytes: number) => number;
  readonly text: (maxBytes: number) => string;
  readonly fail: () => void;
  readonly isAtEnd: () => boolean;
}

/** A reader of these bytes. */
export function byteReader(content: Uint8Array): ByteReader {
  const buffer = Buffer.from(content.buffer, content.byteOffset, content.length);
  let at = 0;
  const fail = (): void => {
    at = Number.POSITIVE_INFINITY;
  };
  const number = (bytes: number): number => {
    if (at + bytes > buffer.length) {
      fail();
      return 0;
    }
    const value = buffer.readUIntBE(at, bytes);
    at += bytes;
    return value;
  };
  return {
    number,
    text(longest) {
      const length = number(1);
      const text = at + length > buffer.length ? '' : buffer.toString('latin1', at, at + length);
      if (length > longest || !isName(text)) {
        fail();
        return '';
      }
      at += length;
      return text;
    },
    fail,
    isAtEnd: () => at === buffer.length,
  };
}

function isName(text: string): boolean {
  return /^[!-~]+$/.test(text);
}
