import { describe, expect, test } from 'vitest';
import { exampleModel } from '../../test/kit/example-model.ts';
import { drillFaults, pairFaults } from './drill-faults.ts';
import { impossibleStep } from './step-order.ts';

const faults = drillFaults(exampleModel());
const pair = (...names: readonly [string, string]) => {
  const [a, b] = names.map((name) => faults.find((fault) => fault.name === name));
  if (a === undefined || b === undefined) throw new Error(names.join());
  return pairFaults(a, b).cause;
};

describe('steps after each other', () => {
  test('are possible for every single fault', () => {
    for (const fault of faults) expect(impossibleStep(fault.cause)).toBeUndefined();
  });

  test.each([
    ['balancer-off:lb1', 'link-cut:lb1', 'lb1 has no power by then'],
    ['nginx-dead:lb1', 'nginx-hung:lb1', 'nginx of lb1 does not run by then'],
    ['keepalived-dead:lb1', 'keepalived-killed:lb1', 'keepalived of lb1 does not run by then'],
    ['nginx-hung:lb1', 'nginx-dead:lb1', undefined],
    ['nginx-dead:lb1', 'balancer-off:lb1', undefined],
    ['balancer-off:lb1', 'link-cut:lb2', undefined],
    ['backend-dead:web1', 'pool-dead:web', undefined],
  ])('%s and %s', (a, b, obstacle) => {
    expect(impossibleStep(pair(a, b))).toBe(obstacle);
  });
});
