import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { readSoaSerial, readZone, readZoneFields } from './zone-read.ts';
import { printZone, splitText, text, word, type ZoneFile } from './zone.ts';

const soa = {
  name: '@',
  ttl: 3600,
  type: 'SOA',
  fields: [word('dns1.example.com.'), word('hostmaster.example.com.'), word(2026112201), word(3600)],
} as const;

function zoneOf(value: string): ZoneFile {
  return {
    origin: 'example.com',
    remarks: ['made by evenkeel'],
    records: [soa, { name: 'www', ttl: 30, type: 'LUA', fields: [word('A'), text(value)] }],
  };
}

describe('printZone', () => {
  it('prints an origin, aligned names and one blank between fields', () => {
    expect(printZone(zoneOf("ifurlup('x')"))).toBe(`; made by evenkeel
$ORIGIN example.com.
@   3600 IN SOA dns1.example.com. hostmaster.example.com. 2026112201 3600
www 30 IN LUA A "ifurlup('x')"
`);
  });

  it('escapes quotes, backslashes and octets outside ASCII', () => {
    expect(printZone(zoneOf('a"b\\c\né'))).toContain('"a\\"b\\\\c\\010\\195\\169"');
  });

  it('refuses a string over 255 octets, a word with a blank, a TTL out of range', () => {
    expect(() => printZone(zoneOf('é'.repeat(128)))).toThrow(/256 octets/);
    expect(() => printZone({ origin: 'x', remarks: [], records: [{ ...soa, name: 'a b' }] })).toThrow(/this word/);
    expect(() => printZone({ origin: 'x', remarks: [], records: [{ ...soa, ttl: 2 ** 31 }] })).toThrow(/no TTL/);
    expect(() => printZone({ origin: 'x', remarks: ['a\n@ A 1'], records: [] })).toThrow(/one line/);
  });

  it('prints every string so that it reads back, and nothing leaves its line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (value) => {
        const printed = printZone(zoneOf(value));
        expect(printed.split('\n')).toHaveLength(5);
        expect(readZone(printed, 'example.com')[1]).toEqual({
          name: 'www.example.com.',
          ttl: 30,
          type: 'LUA',
          fields: [word('A'), text(value)],
        });
        expect(readSoaSerial(printed)).toBe(2026112201);
      }),
    );
  });
});

describe('splitText', () => {
  it('cuts at 255 octets and never inside a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 700 }), (value) => {
        const parts = splitText(value).map((field) => (field.kind === 'text' ? field.value : ''));
        expect(parts.join('')).toBe(value);
        expect(Math.max(...parts.map((part) => Buffer.byteLength(part)))).toBeLessThanOrEqual(255);
      }),
    );
    expect(splitText('x'.repeat(256))).toHaveLength(2);
    expect(splitText('')).toEqual([text('')]);
  });
});

describe('readZone', () => {
  const source = `
$TTL 5m ; not a number, so it does not count
$TTL 300
@ IN SOA ns1 hostmaster ( 7 ; serial
     3600 600
     1209600 60 )
  IN NS ns1.example.com.
WWW 60 A 192.0.2.1
    IN 70 AAAA 2001:db8::1
txt TXT "a;b" "c d" e\\;f
$ORIGIN sub.example.com.
x A 192.0.2.2
`;

  it('joins parentheses, keeps the owner, follows $ORIGIN and $TTL', () => {
    const records = readZone(source, 'example.com');
    expect(records.map((record) => `${record.name} ${record.ttl} ${record.type} ${record.fields.length}`)).toEqual([
      'example.com. 300 SOA 7',
      'example.com. 300 NS 1',
      'www.example.com. 60 A 1',
      'www.example.com. 70 AAAA 1',
      'txt.example.com. 300 TXT 3',
      'x.sub.example.com. 300 A 1',
    ]);
    expect(records[4]?.fields).toEqual([text('a;b'), text('c d'), word('e\\;f')]);
  });

  it('reads the serial, and nothing when there is none', () => {
    expect(readSoaSerial(source)).toBe(7);
    expect(readSoaSerial('')).toBeUndefined();
    expect(readSoaSerial('@ SOA a b 4294967296 1 1 1 1')).toBeUndefined();
    expect(readSoaSerial('@ SOA a b x 1 1 1 1')).toBeUndefined();
  });

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(Array.isArray(readZone(value, 'example.com'))).toBe(true);
      }),
    );
  });

  it('cuts a value into fields', () => {
    expect(readZoneFields('0 issue "letsencrypt.org;x=\\"y"')).toEqual([
      word('0'),
      word('issue'),
      text('letsencrypt.org;x="y'),
    ]);
  });
});
