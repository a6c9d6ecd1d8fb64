import { expect, test } from 'vitest';
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
