import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { standingFaults } from './lab-fault.ts';
import type { LabFault } from './lab-fault.ts';

const killed: LabFault = { kind: 'kill', machine: 'lb1', service: 'nginx', processes: 'main' };
const hung: LabFault = { kind: 'hang', machine: 'lb1', service: 'pdns' };
const unplugged: LabFault = { kind: 'link-down', machine: 'lb1' };
const off: LabFault = { kind: 'power-off', machine: 'lb1' };
const apart: LabFault = { kind: 'partition', from: 'lb1', to: 'lb2', direction: 'two-way' };

function after(...faults: readonly LabFault[]): readonly LabFault[] {
  return faults.reduce<readonly LabFault[]>(standingFaults, []);
}

describe('the faults that stand', () => {
  test('add up, each once', () => {
    expect(after(killed, apart, killed)).toEqual([killed, apart]);
  });

  test('end with what takes them back, on the same machine and service only', () => {
    expect(after(killed, { kind: 'start', machine: 'lb1', service: 'nginx' })).toEqual([]);
    expect(after(killed, { kind: 'start', machine: 'lb2', service: 'nginx' })).toEqual([killed]);
    expect(after(killed, { kind: 'start', machine: 'lb1', service: 'pdns' })).toEqual([killed]);
    expect(after(hung, { kind: 'resume', machine: 'lb1', service: 'pdns' })).toEqual([]);
    expect(after(unplugged, { kind: 'link-up', machine: 'lb1' })).toEqual([]);
  });

  test('of a service that hangs end when all of it is killed or stopped, not only its main process', () => {
    const all: LabFault = { kind: 'kill', machine: 'lb1', service: 'pdns', processes: 'all' };
    const main: LabFault = { ...all, processes: 'main' };
    const stopped: LabFault = { kind: 'stop', machine: 'lb1', service: 'pdns' };
    expect(after(hung, all)).toEqual([all]);
    expect(after(hung, stopped)).toEqual([stopped]);
    expect(after(hung, main)).toEqual([hung, main]);
  });

  test('of the processes end with the power, and the power with its return', () => {
    expect(after(killed, hung, apart, off)).toEqual([apart, off]);
    expect(after(apart, unplugged, off, { kind: 'power-on', machine: 'lb1' })).toEqual([apart]);
  });

  test('hold a partition until the same one is joined, either way round when it is two-way', () => {
    const oneWay: LabFault = { kind: 'partition', from: 'lb1', to: 'lb2', direction: 'one-way' };
    const both = [apart, oneWay];
    expect(after(...both, { kind: 'join', from: 'lb2', to: 'lb1', direction: 'two-way' })).toEqual([oneWay]);
    expect(after(...both, { kind: 'join', from: 'lb1', to: 'lb2', direction: 'one-way' })).toEqual([apart]);
    expect(after(...both, { kind: 'join', from: 'lb2', to: 'lb1', direction: 'one-way' })).toEqual(both);
  });

  test('hold a lost router until it is back, whatever machines do', () => {
    const lost: LabFault = { kind: 'gateway-down', network: 'lan' };
    expect(after(lost, off, { kind: 'power-on', machine: 'lb1' })).toEqual([lost]);
    expect(after(lost, { kind: 'gateway-up', network: 'back' })).toEqual([lost]);
    expect(after(lost, { kind: 'gateway-up', network: 'lan' })).toEqual([]);
  });

  test('never hold a repair, and never the same twice', () => {
    const machine = fc.constantFrom('lb1', 'lb2');
    const service = fc.constantFrom('nginx' as const, 'pdns' as const);
    const fault: fc.Arbitrary<LabFault> = fc.oneof(
      fc.record({ kind: fc.constantFrom('hang', 'resume', 'stop', 'start'), machine, service }),
      fc.record({ kind: fc.constantFrom('gateway-down', 'gateway-up'), network: fc.constantFrom('lan', 'back') }),
      fc.record({ kind: fc.constantFrom('power-off', 'power-on', 'link-down', 'link-up'), machine }),
      fc.record({
        kind: fc.constantFrom('partition', 'join'),
        from: machine,
        to: machine,
        direction: fc.constantFrom('one-way', 'two-way'),
      }),
    );
    const repairs = ['resume', 'start', 'power-on', 'link-up', 'join', 'gateway-up'];
    fc.assert(
      fc.property(fc.array(fault), (faults) => {
        const standing = after(...faults);
        expect(standing.filter((one) => repairs.includes(one.kind))).toEqual([]);
        expect(new Set(standing.map((one) => JSON.stringify(one))).size).toBe(standing.length);
      }),
    );
  });
});
