import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { median } from './median.ts';

test('the median lies between the smallest and the largest, and half are not above it', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1 }), (values) => {
      const middle = median(values);
      expect(values.filter((value) => value <= middle).length).toBeGreaterThanOrEqual(values.length / 2);
      expect(values.filter((value) => value >= middle).length).toBeGreaterThanOrEqual(values.length / 2);
    }),
  );
  expect(median([])).toBeNaN();
});
