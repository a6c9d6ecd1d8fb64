import { describe, expect, test } from 'vitest';
import type { LabStatus } from '../lab/lab-status.ts';
import { readFault } from './lab-fault-words.ts';

const machines = ['lb1', 'lb2', 'dns1', 'client'];
const status: LabStatus = {
  name: 'shop',
  release: 'debian13',
  running: true,
  namespace: 'ek-shop',
  sshConfig: '/nowhere',
  faults: [],
  hosts: machines.map((name) => ({
    name,
    role: 'balancer',
    addresses: [],
    namespace: `ek-shop.${name}`,
    running: true,
    pid: 1,
    sshConfig: '/nowhere',
  })),
};

function read(words: string, flags: { readonly all?: boolean; readonly oneWay?: boolean } = {}) {
  const options = { file: 'edge.yaml', all: flags.all ?? false, oneWay: flags.oneWay ?? false };
  return readFault(words.split(' '), { status, networks: ['lan', 'back'], options });
}

describe('the words of a fault', () => {
  test.each([
    ['stop lb1 nginx', { kind: 'stop', machine: 'lb1', service: 'nginx' }],
    ['hang dns1 pdns.service', { kind: 'hang', machine: 'dns1', service: 'pdns' }],
    ['kill lb1 keepalived', { kind: 'kill', machine: 'lb1', service: 'keepalived', processes: 'main' }],
    ['power-off lb2', { kind: 'power-off', machine: 'lb2' }],
    ['partition lb1 lb2', { kind: 'partition', from: 'lb1', to: 'lb2', direction: 'two-way' }],
    ['join lb1 lb2', { kind: 'join', from: 'lb1', to: 'lb2', direction: 'two-way' }],
    ['gateway-down lan', { kind: 'gateway-down', network: 'lan' }],
    ['gateway-up back', { kind: 'gateway-up', network: 'back' }],
  ])('%s', (words, fault) => {
    expect(read(words)).toEqual({ ok: true, value: fault });
  });

  test('flags say how much is killed and which way is cut', () => {
    expect(read('kill lb1 nginx', { all: true })).toMatchObject({ value: { processes: 'all' } });
    expect(read('partition lb1 lb2', { oneWay: true })).toMatchObject({ value: { direction: 'one-way' } });
  });

  test.each([
    ['explode lb1', 'there is no fault named explode'],
    ['stopp lb1 nginx', 'did you mean stop?'],
    ['stop', 'stop needs a machine; there are lb1, lb2'],
    ['stop lb1', 'stop needs a service: nginx, keepalived, pdns, sshd, agent'],
    ['stop lb1 ngnix', 'there is no service named ngnix; did you mean nginx?'],
    ['stop bl1 nginx', 'there is no machine named bl1'],
    ['partition lb1', 'needs a second machine'],
    ['partition lb1 lb1', 'itself'],
    ['gateway-down', 'gateway-down needs a network; there are lan, back'],
    ['gateway-down lna', 'there is no network named lna; did you mean lan?'],
    ['partition lb1 web', 'there is no machine named web'],
    ['power-off lb1 lb2', 'too many words'],
  ])('%s says what is wrong', (words, said) => {
    const fault = read(words);
    expect(fault.ok ? '' : fault.error).toContain(said);
  });
});
