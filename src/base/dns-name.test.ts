import { describe, expect, it } from 'vitest';
import { certificateNameCovers, isHostName, isRecordName, isSiteName, isWithin, relativeName } from './dns-name.ts';

describe('DNS names', () => {
  it.each(['example.com', 'a', '1.2', 'xn--mnchen-3ya.de', 'EXAMPLE.com', `${'a'.repeat(63)}.com`])(
    '%s is a host name',
    (text) => {
      expect(isHostName(text)).toBe(true);
    },
  );

  it.each([
    '',
    '.',
    'a.',
    '.a',
    'a..b',
    '-a',
    'a-',
    'a_b',
    '*.a',
    'a b',
    'münchen.de',
    `${'a'.repeat(64)}.com`,
    Array(128).fill('aa').join('.'),
  ])('%j is none', (text) => {
    expect(isHostName(text)).toBe(false);
  });

  it('allows a star only as the whole first label of a site name', () => {
    expect(isSiteName('*.example.com')).toBe(true);
    expect(isSiteName('a*.example.com')).toBe(false);
    expect(isSiteName('www.*.com')).toBe(false);
    expect(isSiteName('*')).toBe(false);
    expect(isSiteName('*.')).toBe(false);
  });

  it('allows underscores and a star in names of records', () => {
    expect(isRecordName('_sip._tcp')).toBe(true);
    expect(isRecordName('_acme-challenge')).toBe(true);
    expect(isRecordName('*.app')).toBe(true);
    expect(isRecordName('app.*')).toBe(false);
    expect(isRecordName('a b')).toBe(false);
    expect(isRecordName('a"b')).toBe(false);
  });

  it('knows what is within a zone, by whole labels', () => {
    expect(isWithin('www.example.com', 'example.com')).toBe(true);
    expect(isWithin('example.com', 'example.com')).toBe(true);
    expect(isWithin('badexample.com', 'example.com')).toBe(false);
    expect(relativeName('example.com', 'example.com')).toBe('@');
    expect(relativeName('a.b.example.com', 'example.com')).toBe('a.b');
  });
});

describe('names of certificates (RFC 6125)', () => {
  it.each([
    ['example.com', 'example.com'],
    ['WWW.Example.com', 'www.example.com'],
    ['*.example.com', 'www.example.com'],
    ['*.example.com', '*.example.com'],
  ])('%s covers %s', (pattern, name) => {
    expect(certificateNameCovers(pattern, name)).toBe(true);
  });

  it.each([
    ['*.example.com', 'example.com'],
    ['*.example.com', 'a.b.example.com'],
    ['*.example.com', '*.app.example.com'],
    ['www.example.com', '*.example.com'],
    ['*.com', 'a.example.com'],
    ['*', 'example'],
    ['example.com', 'badexample.com'],
  ])('%s does not cover %s', (pattern, name) => {
    expect(certificateNameCovers(pattern, name)).toBe(false);
  });
});
