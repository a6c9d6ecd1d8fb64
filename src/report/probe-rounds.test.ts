import { expect, test } from 'vitest';
import { dualStackModel, exampleModel } from '../../test/kit/example-model.ts';
import type { Model } from '../model/model.ts';
import { atOnce, probeRounds } from './probe-rounds.ts';

test('each site through each of its VIPs, once a second', () => {
  expect(probeRounds(exampleModel())).toEqual({
    pairs: [
      { vip: 'vip1', family: 4, site: 'devops.com', name: 'devops.com', address: '192.168.10.100' },
      { vip: 'vip2', family: 4, site: 'devops.com', name: 'devops.com', address: '192.168.10.200' },
    ],
    everyMs: 1000,
    notAsked: 0,
  });
});

test('a VIP with IPv6 is asked by both, all IPv4 first', () => {
  const model = dualStackModel();
  const { pairs } = probeRounds(model);
  expect(pairs.map(({ family }) => family)).toEqual(pairs.map(({ family }) => family).toSorted());
  const wanted = model.sites.flatMap((site) =>
    model.vips
      .filter(({ name }) => site.vips.includes(name))
      .flatMap(({ name, ipv4, ipv6 }) =>
        [ipv4, ipv6].flatMap((address) => (address === undefined ? [] : [`${site.name} ${name} ${address.text}`])),
      ),
  );
  expect(pairs.map(({ site, vip, address }) => `${site} ${vip} ${address}`).toSorted()).toEqual(wanted.toSorted());
  expect(pairs.some(({ family }) => family === 6)).toBe(true);
});

test('no name that is asked for has a star', () => {
  for (const { name } of probeRounds(dualStackModel()).pairs) expect(name).not.toContain('*');
});

function withSites(model: Model, count: number, name: (index: number) => string): Model {
  const [site] = model.sites;
  if (site === undefined) throw new Error('the model has no site');
  return {
    ...model,
    sites: Array.from({ length: count }, (_, index) => ({ ...site, name: name(index), names: [name(index)] })),
  };
}

test.each([
  [50, 100, 1000, 0],
  [atOnce / 2, atOnce, 1000, 0],
  [atOnce / 2 + 1, atOnce + 2, 2000, 0],
  [1000, 2000, 10_000, 0],
  [1500, 2000, 10_000, 1000],
])('%i sites on two VIPs: %i pairs, each every %i ms, %i never', (...[sites, pairs, everyMs, notAsked]) => {
  const rounds = probeRounds(withSites(exampleModel(), sites, (index) => `s${index}.example.com`));
  expect([rounds.pairs.length, rounds.everyMs, rounds.notAsked]).toEqual([pairs, everyMs, notAsked]);
});

test('names that are too long for a command line are left out and counted', () => {
  const long = (index: number): string => `s${index}.${'x'.repeat(60)}.${'y'.repeat(60)}.${'z'.repeat(60)}.example.com`;
  const rounds = probeRounds(withSites(exampleModel(), 900, long));
  expect(rounds.pairs.length + rounds.notAsked).toBe(1800);
  expect(rounds.notAsked).toBeGreaterThan(0);
  expect(rounds.pairs.map(({ name }) => name).join('').length).toBeLessThan(64_000);
});

test('without a site nothing is asked', () => {
  expect(probeRounds({ ...exampleModel(), sites: [] })).toEqual({ pairs: [], everyMs: 1000, notAsked: 0 });
});
