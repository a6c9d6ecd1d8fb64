/** One field of a record's data: a word as it is, or a character-string in quotes (RFC 1035 section 5.1). */
export type ZoneField =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'text'; readonly value: string };

/** One record. A name is relative to the origin unless it ends with a dot; `@` is the origin. */
export interface ZoneRecord {
  readonly name: string;
  /** Seconds. */
  readonly ttl: number;
  readonly type: string;
  readonly fields: readonly [ZoneField, ...ZoneField[]];
}

/** A DNS master file. */
export interface ZoneFile {
  /** Without final dot. */
  readonly origin: string;
  /** Each line is printed as a comment at the top. */
  readonly remarks: readonly string[];
  readonly records: readonly ZoneRecord[];
}

/** A word. */
export function word(text: string | number): ZoneField {
  return { kind: 'word', text: String(text) };
}

/** A quoted string. */
export function text(value: string): ZoneField {
  return { kind: 'text', value };
}

/**
 * Prints a master file. Exactly one blank stands between two fields: PowerDNS's check-zone warns about every LUA record
 * that has more. Throws a plain Error on a word that is none or a string of more than 255 octets.
 */
export function printZone(zone: ZoneFile): string {
  const width = Math.max(1, ...zone.records.map((record) => record.name.length));
  return [
    ...zone.remarks.map((remark) => `; ${checkRemark(remark)}`.trimEnd()),
    `$ORIGIN ${checkWord(zone.origin)}.`,
    ...zone.records.map((record) =>
      [
        checkWord(record.name).padEnd(width),
        checkTtl(record.ttl),
        'IN',
        checkWord(record.type),
        ...record.fields.map(printField),
      ].join(' '),
    ),
    '',
  ].join('\n');
}

/** Cuts a long text into character-strings of at most 255 octets, never inside a character. */
export function splitText(value: string): readonly [ZoneField, ...ZoneField[]] {
  const parts: string[] = [];
  let part = '';
  let size = 0;
  for (const character of value) {
    const octets = octetsOf(character).length;
    if (size + octets > 255) {
      parts.push(part);
      part = '';
      size = 0;
    }
    part += character;
    size += octets;
  }
  const [first, ...rest] = [...parts, part];
  return [text(first ?? ''), ...rest.map(text)];
}

function printField(field: ZoneField): string {
  return field.kind === 'word' ? checkWord(field.text) : quoteText(field.value);
}

function quoteText(value: string): string {
  const octets = octetsOf(value);
  if (octets.length > 255) throw new Error(`a string of ${octets.length} octets; DNS has room for 255`);
  return `"${[...octets].map(escapeOctet).join('')}"`;
}

function escapeOctet(octet: number): string {
  if (octet < 0x20 || octet > 0x7e) return `\\${String(octet).padStart(3, '0')}`;
  const character = String.fromCharCode(octet);
  return character === '"' || character === '\\' ? `\\${character}` : character;
}

function octetsOf(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

/** `\.` is a dot inside a label, as in the mailbox of an SOA (RFC 1035 section 8). */
function checkWord(value: string): string {
  if (/^(?:[A-Za-z0-9_.*@+:/=-]|\\\.)+$/.test(value)) return value;
  throw new Error(`a zone file can't hold this word: ${JSON.stringify(value)}`);
}

function checkTtl(ttl: number): string {
  if (Number.isSafeInteger(ttl) && ttl >= 0 && ttl < 2 ** 31) return String(ttl);
  throw new Error(`no TTL (RFC 2181 section 8): ${ttl}`);
}

function checkRemark(remark: string): string {
  if (/[\r\n\0]/.test(remark)) throw new Error(`a remark of one line: ${JSON.stringify(remark)}`);
  return remark;
}
