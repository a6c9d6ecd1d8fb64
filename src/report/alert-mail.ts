import { createHash } from 'node:crypto';

/** A letter to be written. Addresses were judged when the edge file was read (`mailAddress`). */
export interface Letter {
  /** The same when it is sent again: mail programs then show it once. */
  readonly id: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly at: Date;
}

/** The longest line of a header, and of an encoded body (RFC 5322, section 2.1.1; RFC 2045, section 6.7). Characters. */
const longestLine = 76;

/**
 * A letter as Internet Message Format (RFC 5322) with CRLF line ends: plain text, quoted-printable (RFC 2045, section 6.7), so that no
 * server needs more than ASCII. `Auto-Submitted` keeps holiday programs from answering (RFC 3834, section 5). Whatever stands in a subject
 * or a text, it adds no header and ends no letter.
 */
export function writeLetter({ id, from, to, subject, text, at }: Letter): string {
  const domain = from.slice(from.lastIndexOf('@') + 1);
  const unique = createHash('sha256').update(id).digest('hex').slice(0, 32);
  const headers = [
    `Date: ${mailDate(at)}`,
    `From: evenkeel <${oneLine(from)}>`,
    ...foldedList('To', to.map(oneLine)),
    `Message-ID: <${unique}@${oneLine(domain)}>`,
    encodedSubject(subject),
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: quoted-printable',
  ];
  return `${headers.join('\r\n')}\r\n\r\n${quotedPrintable(text)}\r\n`;
}

/** `Sun, 29 Nov 2026 13:07:09 +0000` (RFC 5322, section 3.3). */
export function mailDate(at: Date): string {
  return at.toUTCString().replace('GMT', '+0000');
}

/** Line ends and other control characters as blanks: what is left can't end a header. */
function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').trim();
}

function foldedList(name: string, addresses: readonly string[]): readonly string[] {
  return [`${name}: ${addresses.join(',\r\n ')}`];
}

/** As encoded words (RFC 2047, section 2): each at most 75 characters, whole characters in each, folded between them. */
function encodedSubject(subject: string): string {
  const plain = oneLine(subject);
  if (/^[ -~]*$/.test(plain) && plain.length + 'Subject: '.length <= longestLine && !plain.includes('=?')) {
    return `Subject: ${plain}`;
  }
  // 39 bytes are 52 characters of base64; with `Subject: =?utf-8?B?` and `?=` that is 73.
  const words = chunksOfBytes(plain, 39).map((chunk) => `=?utf-8?B?${Buffer.from(chunk).toString('base64')}?=`);
  return `Subject: ${words.join('\r\n ')}`;
}

/** Pieces of at most so many bytes of UTF-8, never within a character. */
function chunksOfBytes(text: string, bytes: number): readonly string[] {
  const chunks: string[] = [];
  let chunk = '';
  for (const character of text) {
    if (Buffer.byteLength(chunk + character) > bytes) {
      chunks.push(chunk);
      chunk = '';
    }
    chunk += character;
  }
  return [...chunks, chunk];
}

function quotedPrintable(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').split('\n').map(quotedLine).join('\r\n');
}

/** Each byte that is not visible ASCII as `=XX`, a blank at the end too; lines are broken with `=` at the end. */
function quotedLine(line: string): string {
  const bytes = [...Buffer.from(line)];
  const written = bytes.map((byte, index) => {
    const visible = byte > 32 && byte < 127 && byte !== 61;
    const inside = (byte === 32 || byte === 9) && index < bytes.length - 1;
    return visible || inside ? String.fromCharCode(byte) : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  });
  const lines: string[] = [];
  let current = '';
  for (const part of written) {
    // One character is left for the `=` that breaks the line.
    if (current.length + part.length > longestLine - 1) {
      lines.push(`${current}=`);
      current = '';
    }
    current += part;
  }
  return [...lines, current].join('\r\n');
}
