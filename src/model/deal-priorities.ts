import type { Claim } from './model.ts';

/** Highest priority dealt. The room up to 254 is for planned moves, which raise the new holder. */
const highest = 250;
/** Enough for a take-over order that is visible at a glance and for skew times that differ. */
const widestStep = 10;
/** More balancers would leave no room between priorities, and no edge of one layer 2 segment needs them. */
export const maxBalancers = 64;

/** The VRRP priorities of `count` balancers: unique, falling, within 1-250. */
export function priorities(count: number): readonly number[] {
  const step = Math.max(1, Math.min(widestStep, Math.floor((highest - 1) / Math.max(1, count - 1))));
  return Array.from({ length: count }, (_, index) => highest - index * step);
}

/** Which balancer each VIP prefers: those that say one keep it, the others are dealt to whoever is preferred least. */
export function dealPreferred(
  wishes: readonly (string | undefined)[],
  balancers: readonly string[],
): readonly (string | undefined)[] {
  const load = new Map(balancers.map((name) => [name, 0]));
  const take = (name: string): string => {
    load.set(name, (load.get(name) ?? 0) + 1);
    return name;
  };
  for (const wish of wishes) if (wish !== undefined) take(wish);
  return wishes.map((wish) => {
    if (wish !== undefined) return wish;
    const [first, ...rest] = balancers;
    if (first === undefined) return undefined;
    return take(rest.reduce((least, name) => ((load.get(name) ?? 0) < (load.get(least) ?? 0) ? name : least), first));
  });
}

/**
 * The order in which balancers hold each VIP: the preferred one, then the others in turn. The second VIP of a balancer
 * begins with another successor than the first, so a dead balancer's VIPs spread over those that are left.
 */
export function dealClaims(
  preferred: readonly string[],
  balancers: readonly string[],
): readonly (readonly [Claim, ...Claim[]])[] {
  const numbers = priorities(balancers.length);
  const dealt = new Map<string, number>();
  return preferred.map((first) => {
    const turn = dealt.get(first) ?? 0;
    dealt.set(first, turn + 1);
    const start = balancers.indexOf(first);
    const others = [...balancers.slice(start + 1), ...balancers.slice(0, Math.max(0, start))];
    const shift = others.length === 0 ? 0 : turn % others.length;
    const successors = [...others.slice(shift), ...others.slice(0, shift)];
    return [
      { balancer: first, priority: highest },
      ...successors.map((balancer, index) => ({ balancer, priority: numbers[index + 1] ?? 1 })),
    ];
  });
}
