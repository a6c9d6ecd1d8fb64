import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Letter, mailDate, writeLetter } from './alert-mail.ts';

const letter = (differs: Partial<Letter> = {}): Letter => ({
  id: 'a1',
  from: 'edge@example.com',
  to: ['ops@example.com'],
  subject: 'devops: ERROR: nobody holds vip1',
  text: 'nobody holds vip1\n\n  next: evenkeel status',
  at: new Date('2026-11-29T13:07:09Z'),
  ...differs,
});

/** Headers by name, unfolded, and the body as it was. */
function read(data: string): { readonly headers: ReadonlyMap<string, string>; readonly body: string } {
  const cut = data.indexOf('\r\n\r\n');
  const lines = data
    .slice(0, cut)
    .replaceAll(/\r\n[ \t]/g, ' ')
    .split('\r\n');
  const body = data.slice(cut + 4).replaceAll('=\r\n', '');
  const bytes = body.replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return {
    headers: new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)])),
    body: Buffer.from(bytes, 'latin1').toString().replaceAll('\r\n', '\n').replace(/\n$/, ''),
  };
}

function subjectOf(header: string | undefined): string {
  return (header ?? '')
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?B\?([^?]*)\?=/g, (_, text: string) => Buffer.from(text, 'base64').toString());
}

describe('a letter', () => {
  test('reads as it was written', () => {
    const data = writeLetter(letter({ to: ['ops@example.com', 'night@example.org'] }));
    const { headers, body } = read(data);
    expect(Object.fromEntries(headers)).toEqual({
      Date: 'Sun, 29 Nov 2026 13:07:09 +0000',
      From: 'evenkeel <edge@example.com>',
      To: 'ops@example.com, night@example.org',
      'Message-ID': expect.stringMatching(/^<[0-9a-f]{32}@example\.com>$/),
      Subject: 'devops: ERROR: nobody holds vip1',
      'Auto-Submitted': 'auto-generated',
      'MIME-Version': '1.0',
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Transfer-Encoding': 'quoted-printable',
    });
    expect(body).toBe(letter().text);
  });

  test('sent again has the same Message-ID, another one has another', () => {
    const idOf = (id: string) => read(writeLetter(letter({ id }))).headers.get('Message-ID');
    expect(idOf('a1')).toBe(idOf('a1'));
    expect(idOf('a1')).not.toBe(idOf('a2'));
  });

  test('no subject adds a header, no text ends the letter', () => {
    const evil = 'x\r\nBcc: all@example.com\r\n\r\nnow the body';
    const { headers } = read(writeLetter(letter({ subject: evil, from: `edge@example.com\r\nBcc: all@example.com` })));
    expect(headers.has('Bcc')).toBe(false);
    expect(headers.get('Subject')).toBe('x Bcc: all@example.com now the body');
  });

  test('whatever stands in it: visible ASCII, short lines, and the same when it is read', () => {
    const anything = fc.string({ unit: 'binary', maxLength: 300 });
    fc.assert(
      fc.property(anything, anything, (subject, text) => {
        const data = writeLetter(letter({ subject, text }));
        expect(data).toMatch(/^(?:[ -~\t]*\r\n)+$/);
        expect(Math.max(...data.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(76);
        const { headers, body } = read(data);
        expect(headers.size).toBe(9);
        expect(body).toBe(Buffer.from(text).toString().replaceAll(/\r\n?/g, '\n'));
        const seen = Buffer.from(subject)
          .toString()
          .replaceAll(/\p{Cc}+/gu, ' ')
          .trim();
        expect(subjectOf(headers.get('Subject'))).toBe(seen);
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['2026-01-01T00:00:00Z', 'Thu, 01 Jan 2026 00:00:00 +0000'],
    ['2028-02-29T23:59:59Z', 'Tue, 29 Feb 2028 23:59:59 +0000'],
  ])('%s is written %s', (iso, text) => {
    expect(mailDate(new Date(iso))).toBe(text);
    expect(new Date(mailDate(new Date(iso))).getTime()).toBe(Date.parse(iso));
  });
});
