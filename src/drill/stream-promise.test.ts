import { referenceModel } from '../model/reference-model.ts';
import { expect, test } from 'vitest';
import { exampleModel } from '../../test/kit/example-model.ts';
import type { Model } from '../model/model.ts';
import { promisedMs } from '../proof/outage.ts';
import { proveFaults } from '../proof/prove.ts';
import { planLoad } from './plan-load.ts';
import { holdersOf, streamPromise } from './stream-promise.ts';

const model = exampleModel();
const { streams } = planLoad(model, { target: 'site', ca: undefined });
const promiseOf = (id: string, ...faults: Parameters<typeof proveFaults>[1]): number | null => {
  const stream = streams.find((candidate) => candidate.id === id);
  if (stream === undefined) throw new Error(`no stream ${id}: ${streams.map((one) => one.id).join()}`);
  return promisedMs(streamPromise(model, { kind: 'proof', outcome: proveFaults(model, faults) }, stream));
};

test('a stream is promised what its VIP and its pool are promised', () => {
  const off = { kind: 'balancer-off', balancer: 'lb1' } as const;
  expect(promiseOf('vip1', off)).toBeGreaterThan(0);
  expect(promiseOf('vip2', off)).toBe(0);
  expect(promiseOf('vip1', { kind: 'pool-dead', pool: model.pools[0]?.name ?? '' })).toBeNull();
  const backend = { kind: 'backend-off', backend: 'web1' } as const;
  expect(promiseOf('vip1', off, backend)).toBe((promiseOf('vip1', off) ?? 0) + (promiseOf('vip1', backend) ?? 0));
});

test('by name the proof has added everything up', () => {
  const faults = [{ kind: 'nameserver-off', nameserver: 'dns1' }] as const;
  const { byName } = proveFaults(model, faults);
  expect(promiseOf('by name', ...faults)).toBe(promisedMs(byName));
});

test('a site whose pool is well is not promised the outage of another', () => {
  const [site, pool] = [model.sites[0], model.pools[0]];
  if (site === undefined || pool === undefined) throw new Error('the example has no site');
  const two: Model = {
    ...model,
    pools: [pool, { ...pool, name: 'shop' }],
    sites: [site, { ...site, name: 'shop.devops.com', names: ['shop.devops.com'], pool: 'shop' }],
  };
  const outcome = proveFaults(two, [{ kind: 'pool-dead', pool: 'shop' }]);
  const promised = planLoad(two, { target: 'site', ca: undefined })
    .streams.filter(({ target }) => target.kind === 'by-name')
    .map((stream) => [stream.name, promisedMs(streamPromise(two, { kind: 'proof', outcome }, stream))]);
  expect(promised).toEqual([
    ['devops.com', 0],
    ['shop.devops.com', null],
  ]);
});

test('a stream knows whether its VIP is held by several', () => {
  const faults = [{ kind: 'partition', from: 'lb1', to: 'lb2', direction: 'one-way' }] as const;
  const promise = { kind: 'proof', outcome: proveFaults(referenceModel(model), faults) } as const;
  const held = streams.map((stream) => `${stream.id}: ${holdersOf(model, promise, stream)}`);
  // lb2 does not hear lb1, which holds vip1, and the tutorial has no witness.
  expect(held).toEqual(['vip1: several', 'vip1 kept: several', 'vip2: one', 'vip2 kept: one', 'by name: several']);
});

test('a client whose kept connection broke asks again at its next turn', () => {
  const dead = { kind: 'keepalived-dead', balancer: 'lb1' } as const;
  const kept = streams.find((stream) => stream.id === 'vip1 kept');
  if (kept?.kind !== 'keep-alive') throw new Error('there are no kept connections');
  expect(promiseOf('vip1 kept', dead)).toBe((promiseOf('vip1', dead) ?? 0) + kept.everyMs);
  expect(promiseOf('vip2 kept', dead)).toBe(0);
});
