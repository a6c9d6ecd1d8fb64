import type { Check } from '../../model/model.ts';
import { bodyReader } from './http-body.ts';
import type { BodyPiece, BodyReader } from './http-body.ts';
import { errorWords } from '../../base/error-words.ts';

/** What an answer is worth; undefined: good. */
export interface AnswerJudgement {
  readonly error: string | undefined;
}

/** Judges an answer while it comes in. */
export interface AnswerReader {
  /** Takes what came next; undefined while more is needed. A judgement stands, whatever comes after it. */
  readonly read: (piece: Buffer) => AnswerJudgement | undefined;
  /** The connection ended: what came until then is all. */
  readonly end: () => AnswerJudgement;
  /** Whether the answer came to its end, and its connection can be asked again (RFC 9112, section 9.3). */
  readonly goesOn: () => boolean;
}

/** No more of an answer is read, in bytes. */
export const readLimit = 64 * 1024;

/** So much a head may have, in bytes. */
const headLimit = 32 * 1024;

const good: AnswerJudgement = { error: undefined };

/**
 * Reads an HTTP/1 answer (RFC 9112) as far as a check needs it. Node's own client costs three times as much, most of a
 * whole check; with a hundred backends each second that counts. However the answer is cut into pieces, the judgement is
 * the same.
 */
export function answerReader({ statuses, body }: Pick<Check, 'statuses' | 'body'>): AnswerReader {
  const seek = body === undefined ? undefined : textSeeker(body);
  let head = '';
  let reader: BodyReader | undefined;
  let judgement: AnswerJudgement | undefined;
  let staysOpen = false;
  let ending: BodyPiece['ending'] = 'open';

  const readHead = (piece: Buffer): AnswerJudgement | undefined => {
    head += piece.toString('latin1');
    for (;;) {
      if (!'HTTP/1.'.startsWith(head.slice(0, 7))) return { error: 'answered something that is not HTTP' };
      const end = /\r?\n\r?\n/.exec(head);
      if (end === null) return head.length > headLimit ? { error: 'answered with an endless head' } : undefined;
      const status = Number(/^HTTP\/1\.[0-9] ([1-9][0-9]{2})(?![^ \r\n])/.exec(head)?.[1] ?? 0);
      if (status === 0) return { error: 'answered something that is not HTTP' };
      const rest = head.slice(end.index + end[0].length);
      if (status >= 200) {
        if (!statuses.includes(status)) return { error: `answered ${status}, ${statuses.join(' or ')} expected` };
        const fields = head.slice(0, end.index).toLowerCase();
        reader = bodyReader(fields, status);
        staysOpen = fields.startsWith('http/1.1') && !/^connection:.*\bclose\b/m.test(fields);
        return readBody(Buffer.from(rest, 'latin1'), reader);
      }
      // An interim answer; the final one follows (RFC 9110, section 15.2).
      head = rest;
    }
  };
  const readBody = (piece: Buffer, from: BodyReader): AnswerJudgement | undefined => {
    try {
      // Nothing belongs to an answer that has ended.
      const read: BodyPiece = ending === 'open' ? from(piece) : { bytes: [], ending: 'overrun' };
      ({ ending } = read);
      if (seek === undefined) return good;
      for (const part of read.bytes) {
        const found = seek(part);
        if (found !== undefined) return judged(found);
      }
      return ending === 'open' ? undefined : judged('missing');
    } catch (error) {
      ending = 'overrun';
      return seek === undefined ? good : { error: `answered ${errorWords(error)}` };
    }
  };
  const judged = (found: 'found' | 'missing'): AnswerJudgement =>
    found === 'found' ? good : { error: `the answer does not contain ${JSON.stringify(body)}` };
  return {
    read(piece) {
      const next = reader === undefined ? readHead(piece) : readBody(piece, reader);
      return (judgement ??= next);
    },
    goesOn: () => staysOpen && ending === 'whole',
    end: () => (reader === undefined ? { error: 'closed the connection without an answer' } : judged('missing')),
  };
}

/** Looks for a text in bytes that come piece by piece; `missing` once the limit is read. */
function textSeeker(wanted: string): (piece: Buffer) => 'found' | 'missing' | undefined {
  const needle = Buffer.from(wanted);
  let left = readLimit;
  let tail: Buffer = Buffer.alloc(0);
  return (piece) => {
    // What is wanted may lie across two pieces.
    const known = Buffer.concat([tail, piece.subarray(0, left)]);
    left -= piece.length;
    if (known.includes(needle)) return 'found';
    if (left <= 0) return 'missing';
    tail = known.subarray(Math.max(0, known.length - needle.length + 1));
    return undefined;
  };
}
