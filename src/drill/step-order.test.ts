import { describe, expect, test } from 'vitest';
import { exampleModel } from '../../test/kit/example-model.ts';
import type { DrillStep } from './drill-fault.ts';
import { drillFaults, pairFaults } from './drill-faults.ts';
import { impossibleStep, mustRun } from './step-order.ts';

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

describe('what must run before steps that break it', () => {
  const words = (steps: readonly DrillStep[]) =>
    mustRun(steps).map(({ host, service = 'power' }) => `${host} ${service}`);
  test.each([
    ['nginx-dead:lb1', 'nginx-hung:lb2', ['lb1 nginx', 'lb2 nginx']],
    ['backend-dead:web1', 'pool-dead:web', ['web1 nginx', 'web2 nginx']],
    ['link-cut:lb1', 'balancer-off:lb1', ['lb1 power']],
    ['partition:lb1=lb2', 'gateway-lost:lan', []],
  ])('%s and %s', (a, b, expected) => {
    expect(words(pair(a, b))).toEqual(expected);
  });

  test('is nothing that an earlier step has started', () => {
    const step = { kind: 'service', host: 'lb1', service: 'nginx' } as const;
    expect(
      words([
        { ...step, does: 'start' },
        { ...step, does: 'kill' },
      ]),
    ).toEqual([]);
    expect(
      words([
        { kind: 'machine', host: 'lb1', does: 'power-on' },
        { ...step, does: 'stop' },
      ]),
    ).toEqual([]);
  });
});
