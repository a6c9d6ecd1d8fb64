import type { DrillStep } from './drill-fault.ts';
import { describe, expect, test } from 'vitest';
import { faultName, singleEvents } from '../proof/fault.ts';
import { exampleModel } from '../../test/kit/example-model.ts';
import { drillFaults, pairFaults, stepHosts, strangers } from './drill-faults.ts';

const model = exampleModel();
const faults = drillFaults(model);
const named = (name: string) => {
  const fault = faults.find((candidate) => candidate.name === name);
  if (fault === undefined) throw new Error(`no fault ${name}`);
  return fault;
};

describe('the drills of a model', () => {
  test('are one for each single fault, with its name and a title', () => {
    expect(faults.map((fault) => fault.name)).toEqual(singleEvents(model).map(faultName));
    for (const fault of faults) {
      expect(fault.title).toMatch(/^\S.*[^.]$/);
      expect(fault.expect).toMatchObject({ kind: 'proof' });
    }
    expect(new Set(faults.map((fault) => fault.title)).size).toBe(faults.length);
  });

  test('move a VIP as a person does, and back: who comes passes unknown packets on before it holds the VIP', () => {
    const move = faults.find(({ name }) => name === 'planned-move:vip1>lb2');
    const told = (steps: readonly DrillStep[] | undefined): readonly string[] =>
      (steps ?? []).flatMap((step) =>
        step.kind === 'command' ? [`${step.host} ${step.argv.slice(1).join(' ')}`] : [],
      );
    expect(told(move?.cause)).toEqual(['lb2 expect 900 192.168.10.100', 'lb2 claim vip1 1']);
    expect(told(move?.heal)).toEqual(['lb1 expect 900 192.168.10.100', 'lb2 claim vip1 0']);
  });

  test('heal what they cause, on the same hosts', () => {
    const opposite = new Map([
      ['kill', 'start'],
      ['stop', 'start'],
      ['hang', 'resume'],
      ['power-off', 'power-on'],
      ['link-down', 'link-up'],
      ['cut', 'join'],
      ['down', 'up'],
    ]);
    for (const fault of faults.filter(({ cause }) => cause.every(({ kind }) => kind !== 'command'))) {
      const healed = fault.cause.map((step) =>
        step.kind === 'command' ? step : { ...step, does: opposite.get(step.does) },
      );
      expect(fault.heal).toEqual(healed);
    }
  });

  test('kill all processes, stop a whole pool, and lose a router', () => {
    expect(named('nginx-dead:lb1').cause).toEqual([{ kind: 'service', host: 'lb1', service: 'nginx', does: 'kill' }]);
    expect(named('pool-dead:web').cause.flatMap(stepHosts)).toEqual(['web1', 'web2']);
    expect(named('gateway-lost:lan').cause).toEqual([{ kind: 'gateway', network: 'lan', does: 'down' }]);
  });

  test('are about hosts of the edge; what is not is named', () => {
    for (const fault of faults) expect(strangers(model, fault, 'real')).toEqual([]);
    const unmanaged = { ...model, webServers: model.webServers.map((host) => ({ ...host, managed: false })) };
    expect(strangers(unmanaged, named('pool-dead:web'), 'real')).toEqual(['web1', 'web2']);
    expect(strangers(unmanaged, named('pool-dead:web'), 'lab')).toEqual([]);
    expect(strangers({ ...model, webServers: [] }, named('backend-off:web2'), 'lab')).toEqual(['web2']);
  });
});

describe('a pair', () => {
  const [a, b] = [named('nginx-dead:lb1'), named('nameserver-off:dns1')];

  test('is caused in order and healed the other way round', () => {
    const pair = pairFaults(a, b);
    expect(pair.name).toBe('nginx-dead:lb1+nameserver-off:dns1');
    expect(pair.cause).toEqual([...a.cause, ...b.cause]);
    expect(pair.heal).toEqual([...b.heal, ...a.heal]);
    expect(pair.expect).toEqual({
      kind: 'proof',
      faults: [
        { kind: 'nginx-dead', balancer: 'lb1' },
        { kind: 'nameserver-off', nameserver: 'dns1' },
      ],
    });
  });

  test('costs what a person says, the longer of two', () => {
    const given = (longestGapMs: number | null) => ({ ...a, expect: { kind: 'given' as const, longestGapMs } });
    expect(pairFaults(given(100), given(300)).expect).toEqual({ kind: 'given', longestGapMs: 300 });
    expect(pairFaults(given(100), given(null)).expect).toEqual({ kind: 'given', longestGapMs: null });
    expect(pairFaults(given(100), b).expect).toEqual({ kind: 'given', longestGapMs: 100 });
  });
});
