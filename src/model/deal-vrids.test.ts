import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dealVrids } from './deal-vrids.ts';

describe('dealVrids', () => {
  it('deals from 51 in the order of the file, around the ones that are said', () => {
    expect(dealVrids([undefined, undefined])).toEqual([51, 52]);
    expect(dealVrids([undefined, 51, undefined, 53])).toEqual([52, 51, 54, 53]);
  });

  it('goes on at 1 after 255, and says when none is left', () => {
    const dealt = dealVrids(Array.from({ length: 256 }, () => undefined));
    expect(dealt.slice(203, 207)).toEqual([254, 255, 1, 2]);
    expect(dealt[254]).toBe(50);
    expect(dealt[255]).toBeUndefined();
  });

  it('never gives a number twice', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 255 }), { maxLength: 100 }),
        fc.integer({ min: 0, max: 155 }),
        (wished, free) => {
          const dealt = dealVrids([...wished, ...Array.from({ length: free }, () => undefined)]);
          expect(new Set(dealt).size).toBe(dealt.length);
          expect(dealt.every((vrid) => vrid !== undefined && vrid >= 1 && vrid <= 255)).toBe(true);
          expect(dealt.slice(0, wished.length)).toEqual(wished);
        },
      ),
    );
  });
});
