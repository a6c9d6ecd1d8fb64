import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dealClaims, dealPreferred, maxBalancers, priorities } from './deal-priorities.ts';

const names = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `lb${index + 1}`);

/** An edge of some balancers and VIPs, some of which say whom they prefer. */
const edges = fc.integer({ min: 1, max: maxBalancers }).chain((balancers) =>
  fc.record({
    balancers: fc.constant(names(balancers)),
    wishes: fc.array(
      fc.option(
        fc.integer({ min: 0, max: balancers - 1 }).map((index) => `lb${index + 1}`),
        { nil: undefined },
      ),
      {
        minLength: 1,
        maxLength: 40,
      },
    ),
  }),
);

describe('priorities', () => {
  it('fall by ten from 250 as long as there is room', () => {
    expect(priorities(3)).toEqual([250, 240, 230]);
    expect(priorities(25).at(-1)).toBe(10);
  });

  it.each([1, 2, 24, 25, 26, 40, maxBalancers])('of %i balancers are unique, falling and above zero', (count) => {
    const numbers = priorities(count);
    expect(numbers).toHaveLength(count);
    expect(new Set(numbers).size).toBe(count);
    expect(numbers.toSorted((a, b) => b - a)).toEqual(numbers);
    expect(Math.min(...numbers)).toBeGreaterThan(0);
    expect(numbers[0]).toBe(250);
  });
});

describe('dealPreferred', () => {
  it('keeps wishes and gives the others to whoever is preferred least', () => {
    expect(dealPreferred([undefined, undefined], ['lb1', 'lb2'])).toEqual(['lb1', 'lb2']);
    expect(dealPreferred([undefined, 'lb1'], ['lb1', 'lb2'])).toEqual(['lb2', 'lb1']);
    expect(dealPreferred(['lb2', undefined, undefined, undefined], ['lb1', 'lb2', 'lb3'])).toEqual([
      'lb2',
      'lb1',
      'lb3',
      'lb1',
    ]);
    expect(dealPreferred([undefined], [])).toEqual([undefined]);
  });

  it('leaves nobody with two more than another when nobody wishes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 60 }), (balancers, vips) => {
        const dealt = dealPreferred(
          Array.from({ length: vips }, () => undefined),
          names(balancers),
        );
        const counts = names(balancers).map((name) => dealt.filter((each) => each === name).length);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('dealClaims', () => {
  it('crosses two balancers', () => {
    expect(dealClaims(['lb1', 'lb2'], ['lb1', 'lb2'])).toEqual([
      [
        { balancer: 'lb1', priority: 250 },
        { balancer: 'lb2', priority: 240 },
      ],
      [
        { balancer: 'lb2', priority: 250 },
        { balancer: 'lb1', priority: 240 },
      ],
    ]);
  });

  it('spreads the VIPs of a dead balancer over the others', () => {
    const balancers = names(3);
    const claims = dealClaims(['lb1', 'lb2', 'lb3', 'lb1', 'lb2', 'lb3'], balancers);
    for (const dead of balancers) {
      const heirs = claims.filter(([first]) => first.balancer === dead).map(([, second]) => second?.balancer);
      expect(new Set(heirs).size).toBe(2);
    }
  });

  it('names every balancer once for each VIP, the preferred one first, with unique priorities', () => {
    fc.assert(
      fc.property(edges, ({ balancers, wishes }) => {
        const preferred = dealPreferred(wishes, balancers).flatMap((name) => (name === undefined ? [] : [name]));
        const claims = dealClaims(preferred, balancers);
        expect(claims).toHaveLength(wishes.length);
        for (const [index, order] of claims.entries()) {
          expect(order[0].balancer).toBe(preferred[index]);
          expect(order.map(({ balancer }) => balancer).toSorted()).toEqual([...balancers].toSorted());
          const numbers = order.map(({ priority }) => priority);
          expect(new Set(numbers).size).toBe(numbers.length);
          expect(numbers.toSorted((a, b) => b - a)).toEqual(numbers);
          expect(numbers.every((number) => number >= 1 && number <= 250)).toBe(true);
        }
      }),
    );
  });

  it('gives the heirs of one balancer loads that differ by one at most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 1, max: 24 }), (balancers, vips) => {
        const claims = dealClaims(
          Array.from({ length: vips }, () => 'lb1'),
          names(balancers),
        );
        const heirs = names(balancers)
          .slice(1)
          .map((name) => claims.filter(([, second]) => second?.balancer === name).length);
        expect(Math.max(...heirs) - Math.min(...heirs)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
