import { describe, expect, it } from 'vitest';
import type { RecordSpec } from '../spec/spec.ts';
import { checkRecordValue, recordTarget, relativeOwner } from './record-value.ts';

type Case = readonly [RecordSpec['type'], string];

describe('checkRecordValue', () => {
  it.each<Case>([
    ['A', '192.0.2.1'],
    ['AAAA', '2001:db8::1'],
    ['CNAME', 'www.example.org.'],
    ['CNAME', 'www'],
    ['CNAME', '@'],
    ['NS', 'ns1.example.org.'],
    ['PTR', 'vip1.example.com.'],
    ['MX', '10 mail.example.org.'],
    ['MX', '0 .'],
    ['SRV', '10 50 5060 _sip.example.org.'],
    ['CAA', '0 issue "letsencrypt.org;validationmethods=dns-01"'],
    ['CAA', '128 iodef "mailto:a@example.org"'],
    ['TXT', 'v=spf1 include:_spf.example.org -all'],
    ['TXT', 'a"b\\c; d'],
    ['TXT', 'x'.repeat(4000)],
  ])('%s %j is right', (type, value) => {
    expect(checkRecordValue({ name: 'a', type, value })).toBeUndefined();
  });

  it.each<Case>([
    ['A', '2001:db8::1'],
    ['A', '1.2.3'],
    ['AAAA', '192.0.2.1'],
    ['CNAME', 'www.example.org'],
    ['CNAME', '*.example.org.'],
    ['CNAME', 'a b.'],
    ['CNAME', '192.0.2.1'],
    ['NS', ''],
    ['MX', 'mail.example.org.'],
    ['MX', '70000 mail.example.org.'],
    ['MX', '10  mail.example.org.'],
    ['SRV', '10 50 mail.example.org.'],
    ['CAA', '0 issue letsencrypt.org'],
    ['CAA', '256 issue "a"'],
    ['CAA', '0 issue "a"b"'],
    ['TXT', '"quoted"'],
    ['TXT', 'two\nlines'],
    ['TXT', 'ä'.repeat(2001)],
    ['A', '192.0.2.1\nevil IN A 192.0.2.2'],
  ])('%s %j is refused with a fix', (type, value) => {
    expect(checkRecordValue({ name: 'a', type, value })).toMatchObject({
      message: expect.any(String),
      fix: expect.any(String),
    });
  });
});

describe('names of records', () => {
  it('knows what a record points at, relative to the zone', () => {
    const target = (type: RecordSpec['type'], value: string): string | undefined =>
      recordTarget({ name: 'a', type, value }, 'example.com');
    expect(target('CNAME', 'lb1.example.com.')).toBe('lb1');
    expect(target('CNAME', 'LB1')).toBe('lb1');
    expect(target('CNAME', 'example.com.')).toBe('@');
    expect(target('CNAME', 'www.example.org.')).toBe('www.example.org.');
    expect(target('MX', '10 mail')).toBe('mail');
    expect(target('TXT', 'lb1')).toBeUndefined();
  });

  it('sees a name that was written in full', () => {
    expect(relativeOwner('mail.example.com', 'example.com')).toBe('mail');
    expect(relativeOwner('Mail.Example.com.', 'example.com')).toBe('mail');
    expect(relativeOwner('example.com', 'example.com')).toBe('@');
    expect(relativeOwner('mail', 'example.com')).toBeUndefined();
  });
});
