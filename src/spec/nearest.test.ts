import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, listed, nearest } from './nearest.ts';

describe('nearest', () => {
  it.each([
    ['gatway', 'gateway'],
    ['adress', 'address'],
    ['Vips', 'vips'],
    ['nmae', 'name'],
    ['roundrobin', 'round-robin'],
    ['lb3', 'lb1'],
  ])('finds what %s was meant to be', (text, meant) => {
    expect(nearest(text, ['gateway', 'address', 'vips', 'name', 'round-robin', 'lb1', 'lb2'])).toBe(meant);
  });

  it('finds nothing where nothing is near', () => {
    expect(nearest('nginx', ['gateway', 'address'])).toBeUndefined();
    expect(nearest('x', ['yes', 'no'])).toBeUndefined();
    expect(nearest('x', [])).toBeUndefined();
  });

  it('counts edits as Levenshtein does, with a swap as one', () => {
    expect(editDistance('kitten', 'sitting', 99)).toBe(3);
    expect(editDistance('ab', 'ba', 99)).toBe(1);
    expect(editDistance('', 'abc', 99)).toBe(3);
    expect(editDistance('kitten', 'sitting', 2)).toBe(2);
  });

  it('is a distance: zero only for equals, and the same both ways', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        const edits = editDistance(a, b, 99);
        expect(edits).toBe(editDistance(b, a, 99));
        expect(edits === 0).toBe(a === b);
        expect(edits).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});

describe('listed', () => {
  it.each([
    [[], ''],
    [['a'], 'a'],
    [['a', 'b'], 'a and b'],
    [['a', 'b', 'c'], 'a, b and c'],
  ])('%j', (words, text) => {
    expect(listed(words)).toBe(text);
  });
});
