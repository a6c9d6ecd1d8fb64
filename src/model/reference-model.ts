import type { Model } from './model.ts';

/** The tutorial's priorities: 150 for the master, 100 for the backup; further backups go down by 10. */
function referencePriority(rank: number): number {
  return rank === 0 ? 150 : Math.max(1, 110 - rank * 10);
}

/**
 * The same edge as the tutorial would have configured it: adverts every second, priorities 150 and 100, a check script
 * every two seconds that takes 60 off. For drills and benchmarks in the lab only: no apply takes it to real hosts.
 */
export function referenceModel(model: Model): Model {
  return {
    ...model,
    profile: 'reference',
    advertMs: 1000,
    vips: model.vips.map((vip) => {
      const [first, ...others] = vip.claims;
      return {
        ...vip,
        claims: [
          { balancer: first.balancer, priority: referencePriority(0) },
          ...others.map((claim, index) => ({ balancer: claim.balancer, priority: referencePriority(index + 1) })),
        ],
      };
    }),
  };
}
