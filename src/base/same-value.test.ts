import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { sameValue } from './same-value.ts';

test('a copy is the same', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(sameValue(value, structuredClone(value))).toBe(true);
    }),
  );
});

test('two values are the same when their texts are, whatever the order of keys', () => {
  const sorted = (value: unknown): unknown =>
    Array.isArray(value)
      ? ['list', ...value.map(sorted)]
      : typeof value === 'object' && value !== null
        ? Object.entries(value)
            .toSorted(([a], [b]) => (a < b ? -1 : 1))
            .flatMap(([key, inner]) => ['key', key, sorted(inner)])
        : // -0 and 0 are one text and two values.
          [Object.is(value, -0) ? '-0' : value];
  const small = fc.jsonValue({ maxDepth: 2, stringUnit: fc.constantFrom('a', 'b') });
  fc.assert(
    fc.property(small, small, (a, b) => {
      expect(sameValue(a, b)).toBe(JSON.stringify(sorted(a)) === JSON.stringify(sorted(b)));
    }),
  );
});

test.each([
  [{ a: 1, b: undefined }, { a: 1 }, true],
  [{ a: 1 }, { a: 1, b: null }, false],
  [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
  [[1, 2], [2, 1], false],
  [[], {}, false],
  [[undefined], [], false],
  [null, {}, false],
  ['1', 1, false],
  [{ toString: undefined }, {}, true],
])('%j and %j: %s', (a, b, same) => {
  expect(sameValue(a, b)).toBe(same);
  expect(sameValue(b, a)).toBe(same);
});
