/** What came out of one piece of a connection. */
export interface BodyPiece {
  /** Of the body. */
  readonly bytes: readonly Buffer[];
  /** `open`: more of the body may come. `whole`: with this piece the answer was over. `overrun`: the body was, and something follows. */
  readonly ending: 'open' | 'whole' | 'overrun';
}

/** Takes the body out of what comes after the head, piece by piece. Throws a plain Error at what is no chunk. */
export type BodyReader = (piece: Buffer) => BodyPiece;

/** The reader for a head's own kind of framing (RFC 9112, section 6.3). `head` is the head in lower case. */
export function bodyReader(head: string, status: number): BodyReader {
  if (status === 204 || status === 304) return (piece) => ({ bytes: [], ending: endingOf(piece.length) });
  if (/^transfer-encoding:.*\bchunked[ \t]*\r?$/m.test(head)) return chunkedReader();
  const length = /^content-length:[ \t]*(\d+)[ \t]*\r?$/m.exec(head);
  return length === null ? (piece) => ({ bytes: [piece], ending: 'open' }) : lengthReader(Number(length[1]));
}

function lengthReader(length: number): BodyReader {
  let left = length;
  return (piece) => {
    const bytes = piece.subarray(0, left);
    left -= bytes.length;
    return { bytes: [bytes], ending: left > 0 ? 'open' : endingOf(piece.length - bytes.length) };
  };
}

/** After a body that is over: how many bytes still came. */
function endingOf(bytesAfter: number): 'whole' | 'overrun' {
  return bytesAfter === 0 ? 'whole' : 'overrun';
}

/** Chunked coding (RFC 9112, section 7.1). Neither trailers nor the last line end are waited for: without them it counts as overrun. */
function chunkedReader(): BodyReader {
  /** Bytes left of the chunk; undefined while its size is read. */
  let left: number | undefined;
  let line = '';
  return (piece) => {
    const bytes: Buffer[] = [];
    let at = 0;
    while (at < piece.length) {
      if (left === undefined) {
        const newline = piece.indexOf(0x0a, at);
        const end = newline === -1 ? piece.length : newline;
        line += piece.toString('latin1', at, end);
        at = end + 1;
        if (line.length > 1000) throw new Error('a chunk without a size');
        if (newline === -1) break;
        const size = line.trim();
        line = '';
        // The line end after the chunk before.
        if (size === '') continue;
        const digits = /^([0-9a-f]{1,8})(?:[ \t]*;.*)?$/i.exec(size);
        if (digits === null) throw new Error('a chunk without a size');
        left = Number.parseInt(digits[1] ?? '', 16);
        if (left === 0) return { bytes, ending: piece.toString('latin1', at) === '\r\n' ? 'whole' : 'overrun' };
      } else {
        const part = piece.subarray(at, at + left);
        bytes.push(part);
        at += part.length;
        left = left === part.length ? undefined : left - part.length;
      }
    }
    return { bytes, ending: 'open' };
  };
}
