import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fileName, sitePath, tlsPaths } from './nginx-paths.ts';

test('names stay readable', () => {
  expect(sitePath('www.example.com')).toBe('/etc/nginx/evenkeel/sites/www.example.com.conf');
  expect(tlsPaths('*.example.com').key).toBe('/etc/nginx/evenkeel/tls/_wildcard_.example.com/key.pem');
  expect(fileName('my_shop')).toBe('my_5f_shop');
  expect(fileName('..')).toBe('_2e_.');
});

test('no name leaves its folder or is too long for a file system', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }), (name) => {
      expect(fileName(name)).toMatch(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,159}$/);
    }),
  );
});

test('different names have different files', () => {
  const name = fc.string({ unit: fc.constantFrom(...'a*_.5f/wildcr'), minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(name, name, (one, other) => {
      expect(fileName(one) === fileName(other)).toBe(one === other);
    }),
    { numRuns: 2000 },
  );
  const long = 'a'.repeat(200);
  expect(fileName(`${long}b`)).not.toBe(fileName(`${long}c`));
});
