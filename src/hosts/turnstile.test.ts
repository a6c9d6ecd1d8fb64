import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { turnstile } from './turnstile.ts';

test('never lets in more than its places, keeps the order and gives each its own answer', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.nat({ max: 4 }), { maxLength: 30 }),
      async (places, delays) => {
        const enter = turnstile(places);
        const started: number[] = [];
        let inside = 0;
        const answers = await Promise.all(
          delays.map((turns, index) =>
            enter(async () => {
              started.push(index);
              inside += 1;
              expect(inside).toBeLessThanOrEqual(places);
              for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
              inside -= 1;
              return index;
            }),
          ),
        );
        expect(answers).toEqual(delays.map((_, index) => index));
        expect(started).toEqual(answers);
      },
    ),
  );
});

test('work that fails gives its place back', async () => {
  const enter = turnstile(1);
  await expect(enter(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await enter(() => Promise.resolve('yes'))).toBe('yes');
});
