import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { base32, matchTotp, newTotpSecret, totpCode, totpStep, totpStepMs, totpUri } from './totp.ts';

const rfcSecret = Buffer.from('12345678901234567890');

describe('codes', () => {
  // RFC 6238, appendix B, SHA-1; the table there has eight digits, of which a code of six is the end.
  test.each([
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ])('at second %d it is the end of %s', (second, code) => {
    expect(totpCode(rfcSecret, totpStep(new Date(second * 1000)))).toBe(code.slice(2));
  });

  // RFC 4226, appendix D.
  test('those of the first ten counters are those of the RFC', () => {
    const codes = ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489'];
    expect(codes.map((_, counter) => totpCode(rfcSecret, counter))).toEqual(codes);
  });
});

describe('a code', () => {
  const now = new Date('2026-11-29T12:00:15Z');
  const step = totpStep(now);

  test.each([
    [-2, undefined],
    [-1, step - 1],
    [0, step],
    [1, step + 1],
    [2, undefined],
  ])('of the step %d away from now is of step %s', (away, found) => {
    expect(matchTotp(rfcSecret, totpCode(rfcSecret, step + away), now)).toBe(found);
  });

  test('may be typed as an app shows it', () => {
    const code = totpCode(rfcSecret, step);
    expect(matchTotp(rfcSecret, ` ${code.slice(0, 3)} ${code.slice(3)} `, now)).toBe(step);
  });

  test.each(['', '0', 'abcdef', '1234567', '１２３４５６'])('is not %j', (code) => {
    expect(matchTotp(rfcSecret, code, now)).toBeUndefined();
  });

  test('is found again with the secret that made it, at any time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 40 }), (ms) => {
        const secret = newTotpSecret();
        const at = new Date(ms);
        const own = matchTotp(secret, totpCode(secret, totpStep(at)), at);
        expect(own).toBeGreaterThanOrEqual(totpStep(at));
        expect(totpStep(new Date(ms + totpStepMs))).toBe(totpStep(at) + 1);
      }),
    );
  });
});

describe('how a secret is told', () => {
  // RFC 4648, section 10, without its padding.
  test.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('%j in Base32 is %s', (text, encoded) => {
    expect(base32(Buffer.from(text))).toBe(encoded);
  });

  test('a link holds what an app needs, and nothing of a name breaks out of it', () => {
    const uri = new URL(totpUri(rfcSecret, { edge: 'shop', name: 'ann&secret=x' }));
    expect([uri.protocol, uri.host, decodeURIComponent(uri.pathname)]).toEqual([
      'otpauth:',
      'totp',
      '/evenkeel shop:ann&secret=x',
    ]);
    expect(Object.fromEntries(uri.searchParams)).toEqual({
      secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
      issuer: 'evenkeel shop',
    });
  });

  test('two secrets are never the same', () => {
    expect(newTotpSecret()).toHaveLength(20);
    expect(base32(newTotpSecret())).not.toBe(base32(newTotpSecret()));
  });
});
