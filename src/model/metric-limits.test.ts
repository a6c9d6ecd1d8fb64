import { expect, test } from 'vitest';
import { exampleModel } from '../../test/kit/example-model.ts';
import { latencyBounds } from './latency-buckets.ts';
import { countedPools, countedSites, metricLimits } from './metric-limits.ts';

const model = exampleModel();
const [site] = model.sites;
const [pool] = model.pools;
if (site === undefined || pool === undefined) throw new Error('the example has a site');

test('all of a usual edge are counted by name', () => {
  expect([...countedSites(model)]).toEqual(model.sites.map(({ name }) => name));
  expect([...countedPools(model)]).toEqual(model.pools.map(({ name }) => name));
});

test('of a large one the first sites of the file, and whole pools', () => {
  const sites = Array.from({ length: 5000 }, (_, index) => ({ ...site, name: `s${index}.example` }));
  expect(countedSites({ sites }).size).toBe(metricLimits.sites);
  expect(countedSites({ sites }).has('s0.example')).toBe(true);
  expect(countedSites({ sites }).has('s1000.example')).toBe(false);
  const [first] = pool.backends;
  const pools = ['a', 'b', 'c'].map((name) => ({
    name,
    backends: [first, ...Array.from({ length: 899 }, () => first)] as const satisfies typeof pool.backends,
  }));
  expect([...countedPools({ pools })]).toEqual(['a', 'b']);
});

test('bounds of the histograms rise, in seconds', () => {
  expect([...latencyBounds]).toEqual([...latencyBounds].toSorted((a, b) => a - b));
  expect(new Set(latencyBounds).size).toBe(latencyBounds.length);
});
