import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assertDefinition, isLabName, labName } from './definition.ts';
import type { LabDefinition } from './definition.ts';

const sound: LabDefinition = {
  name: 'devops-com',
  release: 'debian13',
  networks: [{ name: 'lan', ipv4: '10.0.0.0/24', ipv6: 'fd00::/64', gatewayIpv4: '10.0.0.1' }],
  machines: [
    {
      name: 'lb1',
      role: 'balancer',
      interfaces: [{ name: 'eth0', network: 'lan', addresses: ['10.0.0.21/24'] }],
      resolvers: ['10.0.0.11'],
      searchDomain: 'devops.com',
      user: 'deploy',
    },
  ],
};

describe('a lab name', () => {
  test('is made of the edge name', () => {
    expect(labName('devops.com')).toBe('devops-com');
    expect(labName('Größe AG', 'b')).toBe('gr-e-ag-b');
    expect(labName('...')).toBe('lab');
    expect(labName('a'.repeat(60), 'two')).toBe(`${'a'.repeat(19)}-two`);
  });

  test('is always sound, and the suffix always stays', () => {
    fc.assert(
      fc.property(fc.string(), fc.stringMatching(/^[a-z0-9]{0,10}$/), (edge, suffix) => {
        const name = labName(edge, suffix);
        expect(isLabName(name)).toBe(true);
        expect(name.endsWith(suffix)).toBe(true);
      }),
    );
  });
});

describe('a definition', () => {
  test('passes when all is sound', () => {
    expect(() => assertDefinition(sound)).not.toThrow();
  });

  const [machine] = sound.machines;
  if (machine === undefined) throw new Error('no machine');
  test.each<[string, LabDefinition]>([
    ['not a good lab name: "a.b"', { ...sound, name: 'a.b' }],
    ["a machine of the lab can't be named LB1", { ...sound, machines: [{ ...machine, name: 'LB1' }] }],
    ['not a good user name: "root x"', { ...sound, machines: [{ ...machine, user: 'root x' }] }],
    ['not a good resolver: "1.1.1.1\\n"', { ...sound, machines: [{ ...machine, resolvers: ['1.1.1.1\n'] }] }],
    ['not a good domain: "a b"', { ...sound, machines: [{ ...machine, searchDomain: 'a b' }] }],
    [
      'not a good interface name: "eth0 up"',
      { ...sound, machines: [{ ...machine, interfaces: [{ name: 'eth0 up', network: 'lan', addresses: [] }] }] },
    ],
    [
      'not a good address with prefix: "10.0.0.1"',
      { ...sound, machines: [{ ...machine, interfaces: [{ name: 'eth0', network: 'lan', addresses: ['10.0.0.1'] }] }] },
    ],
    ['not a good gateway: "x"', { ...sound, networks: [{ name: 'lan', gatewayIpv6: 'x' }] }],
    ["two of the lab's machines are named lb1", { ...sound, machines: [machine, machine] }],
    ['no network named lan', { ...sound, networks: [] }],
    ['lb1 has no address', { ...sound, machines: [{ ...machine, interfaces: [] }] }],
  ])('is refused when: %s', (message, definition) => {
    expect(() => assertDefinition(definition)).toThrow(message);
  });
});
