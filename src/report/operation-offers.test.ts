import { describe, expect, test } from 'vitest';
import { wellView } from '../../test/kit/dashboard-tables.ts';
import { exampleModel } from '../../test/kit/example-model.ts';
import { type EdgeView, topologyOf } from './edge-view.ts';
import { operationOffers } from './operation-offers.ts';

const model = exampleModel();
const topology = topologyOf(model, 'lab');
const well = wellView(model);
const [pool] = topology.pools;
const [first, ...others] = pool?.backends ?? [];

function drainOf(backends: EdgeView['backends'], balancers = well.balancers) {
  const title = `Drain ${first?.name}:${first?.port}`;
  return operationOffers(topology, { ...well, backends, balancers }, []).find((offer) => offer.title === title);
}

test('a backend may be drained while one balancer sees another one of its pool up', () => {
  expect(others.length).toBeGreaterThan(0);
  expect(drainOf(well.backends)).not.toHaveProperty('refusal');
  const [one] = well.backends.filter(({ name }) => name !== first?.name);
  const onlyOne = well.backends.map((row) => ({ ...row, up: row.name === first?.name || row === one }));
  expect(drainOf(onlyOne)).not.toHaveProperty('refusal');
});

test('the last one that is up, or one of none, is not drained, and the pool is named', () => {
  const refusal = `${pool?.name} would have no other backend that is up`;
  expect(drainOf(well.backends.map((row) => ({ ...row, up: row.name === first?.name })))).toMatchObject({ refusal });
  expect(drainOf(well.backends.map((row) => ({ ...row, up: false })))).toMatchObject({ refusal });
  expect(drainOf([])).toMatchObject({ refusal });
});

test.each([
  ['by its place', others.map(({ name, port }) => `${name}:${port}`)],
  ['by its host', others.map(({ name }) => name)],
])('one that is drained %s is up for nobody, on whichever balancer it is', (_, drainedBackends) => {
  const [one, ...rest] = well.balancers;
  if (one === undefined) throw new Error('the example has balancers');
  expect(drainOf(well.backends, [{ ...one, drainedBackends }, ...rest])).toMatchObject({
    refusal: `${pool?.name} would have no other backend that is up`,
  });
  expect(drainOf(well.backends, [{ ...one, drainedBackends: ['web99'] }, ...rest])).not.toHaveProperty('refusal');
});

test('a balancer that does not answer is not drained', () => {
  const [one, ...rest] = well.balancers;
  if (one === undefined) throw new Error('the example has balancers');
  const offerOf = (balancers: EdgeView['balancers']) =>
    operationOffers(topology, { ...well, balancers }, []).find(({ title }) => title === `Drain ${one.host}`);
  expect(offerOf(well.balancers)).not.toHaveProperty('refusal');
  const refusal = `${one.host} does not answer`;
  expect(offerOf([{ ...one, reachable: false }, ...rest])).toMatchObject({ refusal });
  expect(offerOf(rest)).toMatchObject({ refusal });
});

test.each([
  ['changes', ['lb1', 'web2'], '2 hosts differ from the file: lb1, web2; evenkeel apply first'],
  ['changes', ['lb1'], '1 host differs from the file: lb1; evenkeel apply first'],
  ['nothing', [], undefined],
  ['unknown', [], undefined],
] as const)('a drill while the plan says %s of %j', (state, hosts, refusal) => {
  const pending = [{ key: 'pending', state, hosts, text: '' }];
  const drills = [{ name: 'nginx-dead:lb1', title: 'All processes of NGINX on lb1 are killed', promisedMs: 3200 }];
  const offer = operationOffers(topology, { ...well, pending }, drills).find(({ does }) => does === 'drill');
  expect(offer?.refusal).toBe(refusal);
});

describe('a drain that not every balancer has', () => {
  const [here, ...elsewhere] = well.balancers;
  if (here === undefined || first === undefined) throw new Error('the example has balancers and backends');
  const place = `${first.name}:${first.port}`;
  const offersOf = (balancers: EdgeView['balancers']) =>
    operationOffers(topology, { ...well, balancers }, [])
      .filter(({ subject }) => subject === place || subject === first.name)
      .map(({ title, refusal, effects }) => [title, refusal, effects[0]]);
  const [undrained, again] = [expect.stringContaining('sent to it again'), expect.stringContaining('tells every')];
  const drained = (row: EdgeView['balancers'][number], ...drainedBackends: string[]) => ({ ...row, drainedBackends });

  test.each([place, first.name])('of %s can be done again and be undone, until every one has it', (name) => {
    expect(offersOf([drained(here, name), ...elsewhere])).toEqual([
      [`Undrain ${name}`, undefined, undrained],
      [`Drain ${name}`, undefined, again],
    ]);
    expect(offersOf(well.balancers.map((row) => drained(row, name)))).toEqual([
      [`Undrain ${name}`, undefined, undrained],
    ]);
  });

  test('waits for those that do not answer', () => {
    const [silent] = elsewhere;
    if (silent === undefined) throw new Error('the example has two balancers');
    const others = elsewhere.slice(1).map((row) => drained(row, place));
    expect(offersOf([drained(here, place), { ...silent, reachable: false }, ...others])).toEqual([
      [`Undrain ${place}`, undefined, undrained],
      [`Drain ${place}`, `${silent.host} does not answer`, again],
    ]);
  });

  test('of a balancer waits again for its connections', () => {
    const offers = operationOffers(topology, { ...well, balancers: [{ ...here, drained: true }, ...elsewhere] }, []);
    expect(offers.filter(({ subject }) => subject === here.host).map(({ does, refusal }) => [does, refusal])).toEqual([
      ['undrain', undefined],
      ['drain', undefined],
    ]);
  });
});

test('two ports of a host that was drained by its name are one operation', () => {
  const [one] = topology.pools;
  if (one === undefined || first === undefined) throw new Error('the example has a pool');
  const pools = [one, { ...one, name: 'api', backends: [{ ...first, port: 8080 }] }];
  const balancers = well.balancers.map((row) => ({ ...row, drainedBackends: [first.name] }));
  const offers = operationOffers({ ...topology, pools }, { ...well, balancers }, []);
  expect(offers.filter(({ does }) => does === 'undrain')).toMatchObject([
    {
      key: `undrain ${first.name}`,
      effects: [`New clients of ${one.name}, api are sent to it again, by every balancer, without a reload.`],
    },
  ]);
});

describe('a move to the other balancer', () => {
  const [vip] = topology.vips;
  const [holder, target] = vip?.balancers ?? [];
  if (vip === undefined || holder === undefined || target === undefined) throw new Error('the example has a pair');
  const move = `move ${vip.name} ${target}`;
  type Row = Partial<EdgeView['balancers'][number]>;
  const sight: Row['agentSees'] = {
    isolated: false,
    yielded: [],
    alarms: [],
    strangers: [],
    conflicts: [],
    blind: false,
    pools: [],
    settlingMs: undefined,
    failedParts: [],
  };
  const refusalOf = (wanted: string, row: Row, holdings = well.holdings) => {
    const balancers = well.balancers.map((entry) => (entry.host === target ? { ...entry, ...row } : entry));
    const offer = operationOffers(topology, { ...well, balancers, holdings }, []).find(({ key }) => key === wanted);
    if (offer === undefined) throw new Error(`${wanted} is not offered`);
    return offer.refusal;
  };

  test.each<[string, Row, string | undefined]>([
    ['is well', {}, undefined],
    ['is well, as its agent sees it', { agentSees: sight }, undefined],
    ['does not answer', { reachable: false }, `${target} does not answer`],
    ['is drained', { drained: true }, `${target} is drained`],
    ['has no keepalived that runs', { keepalived: 'failed' }, `keepalived of ${target} is failed`],
    ['has no NGINX that runs', { nginx: 'inactive' }, `NGINX of ${target} is inactive`],
    ['has an NGINX that hangs', { nginxHangs: true }, `NGINX of ${target} does not answer`],
    ['is isolated', { agentSees: { ...sight, isolated: true } }, `${target} is cut off from all others`],
    ['is blind', { agentSees: { ...sight, blind: true } }, `${target} reaches no backend`],
    [
      'yielded this VIP',
      { agentSees: { ...sight, yielded: [vip.name] } },
      `${target} left ${vip.name} to another balancer, which it does not hear`,
    ],
    ['yielded another VIP', { agentSees: { ...sight, yielded: ['vip99'] } }, undefined],
  ])('that %s', (_, row, refusal) => {
    expect(refusalOf(move, row)).toBe(refusal);
  });

  test('is what a drain of the holder needs', () => {
    expect(refusalOf(`drain ${holder}`, {})).toBeUndefined();
    expect(refusalOf(`drain ${holder}`, { drained: true })).toBe('no other balancer could take its VIPs');
  });

  test('is not offered as safe while both hold the VIP', () => {
    const both = well.holdings.map((row) => (row.key === vip.name ? { ...row, holders: [holder, target] } : row));
    expect(refusalOf(move, {}, both)).toBe(`${holder} and ${target} hold ${vip.name} at once`);
  });
});
