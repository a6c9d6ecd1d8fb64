import type { Model, Pool } from './model.ts';

/**
 * How many sites and backends are counted by name on each balancer. Each site is some twenty series of Prometheus for each balancer, and a
 * series costs a few kilobytes wherever it is kept, so there is a limit; what is beyond it is still counted, together.
 */
export const metricLimits = { sites: 1000, backends: 2000 } as const;

/** Whoever scrapes the dashboard more often gets the same again. Milliseconds. */
export const scrapeFreshMs = 5_000;

/** The label of the sites that are counted together. No site has this name: an underscore is in none. */
export const otherSites = '_other';

/** The sites that are counted by name: the first of the file. */
export function countedSites({ sites }: Pick<Model, 'sites'>): ReadonlySet<string> {
  return new Set(sites.slice(0, metricLimits.sites).map(({ name }) => name));
}

/** The pools whose backends are counted: the first of the file, as many as are within the limit as a whole. */
export function countedPools({
  pools,
}: {
  readonly pools: readonly Pick<Pool, 'name' | 'backends'>[];
}): ReadonlySet<string> {
  const counted = new Set<string>();
  let backends = 0;
  for (const pool of pools) {
    backends += pool.backends.length;
    if (backends > metricLimits.backends) break;
    counted.add(pool.name);
  }
  return counted;
}
