import { text, word, type ZoneField, type ZoneRecord } from './zone.ts';

interface ReadLine {
  /** The line starts with a blank: it belongs to the owner before. */
  readonly continues: boolean;
  readonly fields: readonly ZoneField[];
}

/**
 * Cuts text into the fields of a master file: words, and strings in quotes with `\X` and `\DDD` (RFC 1035 section 5.1).
 * `;` ends a line, parentheses join lines. An unclosed quote ends with the text.
 */
export function readZoneFields(source: string): readonly ZoneField[] {
  return readLines(source).flatMap((line) => line.fields);
}

/**
 * Reads a master file as far as evenkeel writes them and people usually do: `$ORIGIN`, `$TTL`, omitted owner, TTL and
 * class. Names come back absolute, in lower case, with their final dot. `$INCLUDE` and `$GENERATE` are skipped.
 */
export function readZone(source: string, zoneName: string): readonly ZoneRecord[] {
  let origin = absoluteName(zoneName, '.');
  let ttl = 0;
  let owner = origin;
  const records: ZoneRecord[] = [];
  for (const { continues, fields } of readLines(source)) {
    const words = fields.map((field) => (field.kind === 'word' ? field.text : ''));
    const [first = '', second = ''] = words;
    if (first.startsWith('$')) {
      if (first === '$ORIGIN') origin = absoluteName(second, origin);
      if (first === '$TTL') ttl = Number(second);
      continue;
    }
    if (!continues) owner = absoluteName(first, origin);
    let index = continues ? 0 : 1;
    let recordTtl = ttl;
    while (/^(\d+|IN|CH|HS)$/i.test(words[index] ?? '')) {
      if (/^\d+$/.test(words[index] ?? '')) recordTtl = Number(words[index]);
      index += 1;
    }
    const [data, ...more] = fields.slice(index + 1);
    if (data === undefined) continue;
    records.push({ name: owner, ttl: recordTtl, type: (words[index] ?? '').toUpperCase(), fields: [data, ...more] });
  }
  return records;
}

/** The serial of the first SOA record; undefined when there is none or it is no number (RFC 1035 section 3.3.13). */
export function readSoaSerial(source: string): number | undefined {
  const soa = readZone(source, '.').find((record) => record.type === 'SOA');
  const serial = soa?.fields[2];
  if (serial?.kind !== 'word' || !/^\d{1,10}$/.test(serial.text)) return undefined;
  const value = Number(serial.text);
  return value < 2 ** 32 ? value : undefined;
}

function absoluteName(name: string, origin: string): string {
  const lower = name.toLowerCase();
  if (lower === '@') return origin;
  if (lower.endsWith('.')) return lower;
  return origin === '.' ? `${lower}.` : `${lower}.${origin}`;
}

function readLines(source: string): readonly ReadLine[] {
  const lines: ReadLine[] = [];
  let fields: ZoneField[] = [];
  let continues = false;
  let depth = 0;
  let atStart = true;
  const endLine = (): void => {
    if (fields.length > 0) lines.push({ continues, fields });
    fields = [];
    atStart = true;
  };
  // blanks | comment | line end | parenthesis | string | word
  const token = /([ \t\r\f]+)|(;[^\n]*)|(\n)|([()])|"((?:[^"\\]|\\[^])*)"?|((?:[^\s;()"\\]|\\[^])+)|[^]/g;
  for (const match of source.matchAll(token)) {
    const [, blanks, comment, lineEnd, parenthesis, string, bare] = match;
    if (comment !== undefined) continue;
    if (lineEnd !== undefined) {
      if (depth === 0) endLine();
      continue;
    }
    if (atStart) continues = blanks !== undefined;
    atStart = false;
    if (parenthesis !== undefined) depth = Math.max(0, depth + (parenthesis === '(' ? 1 : -1));
    else if (string !== undefined) fields.push(text(unescapeText(string)));
    else if (bare !== undefined) fields.push(word(bare));
  }
  endLine();
  return lines;
}

function unescapeText(escaped: string): string {
  const octets: number[] = [];
  for (const match of escaped.matchAll(/\\(\d{3})|\\([^])|([^\\]+)/gu)) {
    const [, decimal, quoted, plain] = match;
    if (decimal !== undefined) octets.push(Number(decimal) & 0xff);
    else octets.push(...new TextEncoder().encode(quoted ?? plain ?? ''));
  }
  return new TextDecoder().decode(Uint8Array.from(octets));
}
