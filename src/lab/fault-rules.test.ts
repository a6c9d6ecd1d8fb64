import { describe, expect, test } from 'vitest';
import type { LabDefinition } from './definition.ts';
import { faultRules } from './fault-rules.ts';

const machine = (name: string, host: number) => ({
  name,
  role: 'balancer' as const,
  interfaces: [{ name: 'eth0', network: 'lan', addresses: [`10.0.0.${host}/24`, `fd00::${host}/64`] }],
  resolvers: [],
});
const lab: LabDefinition = {
  name: 'x',
  release: 'debian13',
  networks: [{ name: 'lan', ipv4: '10.0.0.0/24' }],
  machines: [machine('lb1', 1), machine('lb2', 2)],
};

describe('the rules of a partition', () => {
  test('replace those before, also by none', () => {
    expect(faultRules(lab, [{ kind: 'power-off', machine: 'lb1' }])).toBe(
      [
        'table bridge evenkeel_faults {}',
        'delete table bridge evenkeel_faults',
        'table inet evenkeel_faults {}',
        'delete table inet evenkeel_faults',
        '',
      ].join('\n'),
    );
  });

  test('drop one direction, or both', () => {
    const one = faultRules(lab, [{ kind: 'partition', from: 'lb1', to: 'lb2', direction: 'one-way' }]);
    expect(one).toContain('iifname { "port0.0" } oifname { "port1.0" } drop');
    expect(one).not.toContain('iifname { "port1.0" }');
    expect(one).toContain('ip saddr { 10.0.0.1 } ip daddr { 10.0.0.2 } drop');
    expect(one).toContain('ip6 saddr { fd00::1 } ip6 daddr { fd00::2 } drop');
    const both = faultRules(lab, [{ kind: 'partition', from: 'lb1', to: 'lb2', direction: 'two-way' }]);
    expect(both).toContain('iifname { "port0.0" } oifname { "port1.0" } drop');
    expect(both).toContain('iifname { "port1.0" } oifname { "port0.0" } drop');
  });

  test('leave out a family that one of the two does not have', () => {
    const [lb1, lb2] = [machine('lb1', 1), machine('lb2', 2)];
    const only4 = { ...lb2, interfaces: [{ name: 'eth0', network: 'lan', addresses: ['10.0.0.2/24'] }] };
    const rules = faultRules({ ...lab, machines: [lb1, only4] }, [
      { kind: 'partition', from: 'lb1', to: 'lb2', direction: 'two-way' },
    ]);
    expect(rules).not.toContain('ip6');
  });
});

describe('the rules of a lost router', () => {
  test('stop what it forwards and what it answers, but not SSH of the operator or frames within the network', () => {
    const rules = faultRules(lab, [{ kind: 'gateway-down', network: 'lan' }]);
    expect(rules).toContain('iifname "bridge0" oifname != "bridge0" drop');
    expect(rules).toContain('oifname "bridge0" iifname != "bridge0" drop');
    const input = rules.slice(rules.indexOf('chain input'));
    expect(input.indexOf('tcp sport 22 accept')).toBeLessThan(input.indexOf('iifname "bridge0" drop'));
    expect(rules).not.toContain('port0.0');
  });

  test('touch no other network', () => {
    const two = { ...lab, networks: [...lab.networks, { name: 'back', ipv4: '10.1.0.0/24' }] };
    expect(faultRules(two, [{ kind: 'gateway-down', network: 'back' }])).not.toContain('"bridge0"');
  });
});
