import { expect, test } from 'vitest';
import type { HostMetrics } from '../facts/host-metrics.ts';
import { makeCollector } from './metrics-collector.ts';

const answer: readonly HostMetrics[] = [
  { host: 'lb1', kind: 'balancer', agent: undefined, checks: [], powerdns: undefined },
];

/** A collector whose hosts answer when told, and a clock that stands still unless it is moved. */
function world() {
  let clock = 0;
  const asked: PromiseWithResolvers<readonly HostMetrics[]>[] = [];
  const collector = makeCollector({
    ask: () => {
      const one = Promise.withResolvers<readonly HostMetrics[]>();
      asked.push(one);
      return one.promise;
    },
    freshMs: 5000,
    clock: () => clock,
    now: () => new Date(clock),
  });
  return { collector, asked, pass: (ms: number) => void (clock += ms) };
}

test('all who ask at once get the answer of one collection', async () => {
  const { collector, asked, pass } = world();
  const both = Promise.all([collector.collect(), collector.collect()]);
  pass(250);
  asked[0]?.resolve(answer);
  const [a, b] = await both;
  expect(asked).toHaveLength(1);
  expect(a).toBe(b);
  expect(a).toEqual({ at: 0, seconds: 0.25, metrics: answer });
});

test('what is fresh is given again, and what is older is asked anew', async () => {
  const { collector, asked, pass } = world();
  const first = collector.collect();
  asked[0]?.resolve(answer);
  await first;
  pass(4999);
  expect(await collector.collect()).toBe(await first);
  pass(1);
  const second = collector.collect();
  asked[1]?.resolve([]);
  expect((await second).metrics).toEqual([]);
  expect(asked).toHaveLength(2);
});

test('one that failed is told to whoever waits, and the next one is begun', async () => {
  const { collector, asked } = world();
  const first = collector.collect();
  asked[0]?.reject(new Error('a bug'));
  await expect(first).rejects.toThrow('a bug');
  const second = collector.collect();
  asked[1]?.resolve(answer);
  expect((await second).metrics).toBe(answer);
});
