import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AnswerReader } from './answer-reader.ts';
import { failureOf, serverOf } from './exchange.ts';

/** Feeds an answer in pieces of so many bytes, and tells what was read. */
function read(text: string, size = text.length) {
  let body = '';
  let behind = '';
  const reader = new AnswerReader((bytes) => (body += bytes.toString('latin1')));
  for (let at = 0; at < text.length; at += size) {
    behind += reader.feed(Buffer.from(text.slice(at, at + size), 'latin1')).toString('latin1');
  }
  const { state, head } = reader;
  return { state, status: head?.status, body, behind, closes: reader.closes, server: serverOf(head) };
}

const counted = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nEvenkeel-Backend: 10.0.0.1:80, 10.0.0.2:80\r\n\r\nhello';
const chunked = 'HTTP/1.1 502 Bad\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3;x=y\r\n wo\r\n0\r\nT: 1\r\n\r\n';

describe('an answer', () => {
  test('with a length, in chunks, without a body, after an interim one', () => {
    expect(read(counted)).toMatchObject({ state: 'whole', body: 'hello', server: '10.0.0.2:80', closes: false });
    expect(read(chunked)).toMatchObject({ state: 'whole', status: 502, body: 'hello wo' });
    expect(read('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n')).toMatchObject({
      state: 'whole',
      closes: true,
    });
    expect(read(`HTTP/1.1 100 Continue\r\n\r\n${counted}`)).toMatchObject({ status: 200, body: 'hello' });
  });

  test('without a length ends with the connection', () => {
    const reader = new AnswerReader();
    reader.feed(Buffer.from('HTTP/1.0 200 OK\r\n\r\nsome'));
    expect([reader.state, reader.closes]).toEqual(['open', true]);
    reader.finish();
    expect([reader.state, reader.bodyBytes]).toEqual(['whole', 4]);
    const cut = new AnswerReader();
    cut.feed(Buffer.from(counted.slice(0, -1)));
    cut.finish();
    expect(cut.state).toBe('open');
  });

  test('is the same however it is cut, and what is behind it comes back', () => {
    fc.assert(
      fc.property(fc.constantFrom(counted, chunked), fc.integer({ min: 1, max: 200 }), (text, size) => {
        expect(read(`${text}NEXT`, size)).toEqual({ ...read(text), behind: 'NEXT' });
      }),
    );
  });

  test.each([
    ['no HTTP', 'SSH-2.0-OpenSSH\r\n\r\n'],
    ['a length that is none', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n'],
    ['a chunk without a size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhello\r\n'],
    ['a chunk of another size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n'],
    ['a head without end', `HTTP/1.1 200 OK\r\n${'X'.repeat(70_000)}`],
  ])('%s is malformed', (_what, text) => {
    expect(read(text).state).toBe('malformed');
  });

  test('names no server longer than a name can be', () => {
    const head = { status: 200, headers: new Map([['evenkeel-drill-server', 'x'.repeat(60_000)]]) };
    expect(serverOf(head)).toHaveLength(253);
  });

  test('of 500 or more has failed; who answered is the target before the backend', () => {
    const head = {
      status: 500,
      headers: new Map([
        ['evenkeel-backend', 'a'],
        ['evenkeel-drill-server', 'web1'],
      ]),
    };
    expect([failureOf(head), serverOf(head)]).toEqual(['status', 'web1']);
    expect([failureOf({ ...head, status: 404 }), serverOf(undefined)]).toEqual([undefined, '']);
  });
});
