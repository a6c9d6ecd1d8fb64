import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerReader, readLimit } from './http-answer.ts';

type Wanted = Parameters<typeof answerReader>[0];

/** The judgement of an answer that comes in these pieces, and then ends: `good` or the error. */
function judge(pieces: readonly (string | Buffer)[], wanted: Partial<Wanted> = {}): string {
  const reader = answerReader({ statuses: [200], body: undefined, ...wanted });
  for (const piece of pieces) {
    const judged = reader.read(Buffer.from(piece));
    if (judged !== undefined) return judged.error ?? 'good';
  }
  return reader.end().error ?? 'good';
}

const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n';

describe('answerReader', () => {
  it.each<[string, string, Partial<Wanted>, string]>([
    ['a good status', `${head}\r\n`, {}, 'good'],
    ['a status without words', 'HTTP/1.1 200\r\n\r\n', {}, 'good'],
    ['an old server', 'HTTP/1.0 200 OK\n\nhello', { body: 'hello' }, 'good'],
    ['one of several', 'HTTP/1.1 204 No Content\r\n\r\n', { statuses: [200, 204] }, 'good'],
    ['another status', 'HTTP/1.1 503 No\r\n\r\n', { statuses: [200, 204] }, 'answered 503, 200 or 204 expected'],
    ['an interim answer first', `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${head}\r\n`, {}, 'good'],
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n', {}, 'answered something that is not HTTP'],
    ['no number', 'HTTP/1.1 OK\r\n\r\n', {}, 'answered something that is not HTTP'],
    ['nothing', '', {}, 'closed the connection without an answer'],
    ['half a head', 'HTTP/1.1 200 OK\r\nServer', {}, 'closed the connection without an answer'],
    ['an endless head', `${head}X: ${'x'.repeat(40_000)}`, {}, 'answered with an endless head'],
    ['text until the end', `${head}\r\nall is well`, { body: 'well' }, 'good'],
    ['text that is missing', `${head}\r\nall is bad`, { body: 'well' }, 'the answer does not contain "well"'],
    ['text of the head', `${head}X: well\r\n\r\n`, { body: 'well' }, 'the answer does not contain "well"'],
    [
      'text after its length',
      `${head}Content-Length: 3\r\n\r\nallwell`,
      { body: 'well' },
      'the answer does not contain "well"',
    ],
    [
      'text in chunks',
      `${head}transfer-encoding: Chunked\r\n\r\n2;x=y\r\nwe\r\n02\r\nll\r\n0\r\n\r\n`,
      { body: 'well' },
      'good',
    ],
    ['no chunks', `${head}Transfer-Encoding: chunked\r\n\r\nwell`, { body: 'no' }, 'the answer does not contain "no"'],
    [
      'broken chunks',
      `${head}Transfer-Encoding: chunked\r\n\r\nwell\r\n`,
      { body: 'well' },
      'answered a chunk without a size',
    ],
    [
      'text no body can have',
      'HTTP/1.1 204 OK\r\n\r\n',
      { statuses: [204], body: 'x' },
      'the answer does not contain "x"',
    ],
    ['text of many bytes', `${head}\r\nläuft`, { body: 'läuft' }, 'good'],
    [
      'text too far behind',
      `${head}\r\n${'x'.repeat(readLimit)}well`,
      { body: 'well' },
      'the answer does not contain "well"',
    ],
    ['text at the very limit', `${head}\r\n${'x'.repeat(readLimit - 4)}well`, { body: 'well' }, 'good'],
  ])('%s', (...[, answer, wanted, expected]) => {
    expect(judge([answer], wanted)).toBe(expected);
    if (answer.length < 500)
      expect(
        judge(
          [...Buffer.from(answer)].map((byte) => Buffer.of(byte)),
          wanted,
        ),
      ).toBe(expected);
  });

  it('does not wait for the end of a connection that stays open', () => {
    const reader = answerReader({ statuses: [200], body: 'no' });
    expect(reader.read(Buffer.from(`${head}Content-Length: 2\r\n\r\nOK`))).toMatchObject({ error: /no/ });
  });

  it('finds a text wherever pieces and chunks are cut', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 });
    const letters = fc.string({ unit: fc.constantFrom('w', 'e', 'l', '\n', '0'), maxLength: 40 });
    fc.assert(
      fc.property(letters, sizes, sizes, (text, chunks, pieces) => {
        const coded = `${cut(text, chunks)
          .map((part) => `${part.length.toString(16)}\r\n${part}\r\n`)
          .join('')}0\r\n\r\n`;
        const answer = `${head}Transfer-Encoding: chunked\r\n\r\n${coded}`;
        expect(judge(cut(answer, pieces), { body: 'well' }) === 'good').toBe(text.includes('well'));
      }),
    );
  });

  it('judges any bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (pieces) => {
        expect(judge(pieces.map((piece) => Buffer.from(piece)))).toMatch(/^\w/);
      }),
    );
  });
});

/** Cuts a text into parts of these lengths, over and over. */
function cut(text: string, sizes: readonly number[]): readonly string[] {
  const parts: string[] = [];
  for (let at = 0, turn = 0; at < text.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    parts.push(text.slice(at, at + size));
    at += size;
  }
  return parts;
}
