import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LabDefinition, LabMachine, LabRole } from './definition.ts';
import { bridgeCommands, cableCommands, gatewayAddresses, hardwareAddress, machineCommands } from './link-commands.ts';

function machine(name: string, role: LabRole, addresses: readonly string[]): LabMachine {
  return { name, role, interfaces: [{ name: 'eth0', network: 'lan', addresses }], resolvers: [] };
}

const lb1 = machine('lb1', 'balancer', ['10.0.0.21/24', 'fd00::21/64']);
const client = machine('client', 'client', ['10.0.0.100/24', 'fd00::100/64']);
const far: LabMachine = {
  ...machine('web1', 'web', []),
  interfaces: [{ name: 'eth0', network: 'back', addresses: ['10.0.1.31/24'] }],
};
const definition: LabDefinition = {
  name: 'x',
  release: 'debian13',
  networks: [
    { name: 'lan', ipv4: '10.0.0.0/24', ipv6: 'fd00::/64', gatewayIpv4: '10.0.0.1', gatewayIpv6: 'fd00::1' },
    { name: 'back', ipv4: '10.0.1.0/24', gatewayIpv4: '10.0.1.1' },
  ],
  machines: [lb1, client, far],
};

describe('the links of a lab', () => {
  test('are a bridge for each network, with its gateways', () => {
    expect(bridgeCommands(definition)).toEqual([
      'link set lo up',
      'link add bridge0 type bridge forward_delay 0 mcast_snooping 0',
      'addr add 10.0.0.1/24 dev bridge0',
      'addr add fd00::1/64 dev bridge0 nodad',
      'link set bridge0 up',
      'link add bridge1 type bridge forward_delay 0 mcast_snooping 0',
      'addr add 10.0.1.1/24 dev bridge1',
      'link set bridge1 up',
    ]);
  });

  test('plug each machine into the bridge of its network', () => {
    expect(cableCommands(definition, far)).toEqual([
      `link add port2.0 type veth peer name eth0 address ${hardwareAddress('ek-x.web1', 'eth0')} netns ek-x.web1`,
      'link set port2.0 master bridge1 up',
    ]);
  });

  test('give a server its addresses and default routes', () => {
    expect(machineCommands(definition, lb1)).toEqual([
      'link set lo up',
      'addr add 10.0.0.21/24 dev eth0',
      'addr add fd00::21/64 dev eth0 nodad',
      'link set eth0 up',
      'route add default via 10.0.0.1 dev eth0',
      'route add default via fd00::1 dev eth0',
    ]);
  });

  test('give a client a /32 and a route to its network, so that glibc does not sort the answers', () => {
    expect(machineCommands(definition, client)).toEqual([
      'link set lo up',
      'addr add 10.0.0.100/32 dev eth0',
      'addr add fd00::100/64 dev eth0 nodad',
      'link set eth0 up',
      'route add 10.0.0.0/24 dev eth0 scope link src 10.0.0.100',
      'route add default via 10.0.0.1 dev eth0',
      'route add default via fd00::1 dev eth0',
    ]);
  });

  test('route only to families that the machine has', () => {
    expect(
      machineCommands(definition, { ...lb1, interfaces: [{ name: 'e', network: 'lan', addresses: ['fd00::2/64'] }] }),
    ).toEqual([
      'link set lo up',
      'addr add fd00::2/64 dev e nodad',
      'link set e up',
      'route add default via fd00::1 dev e',
    ]);
  });

  test('take the highest free address when no gateway is named', () => {
    const network = { name: 'lan', ipv4: '10.0.0.0/29', reserved: ['10.0.0.4'] };
    const taken = machine('a', 'web', ['10.0.0.6/29', '10.0.0.5/29']);
    expect(gatewayAddresses({ ...definition, networks: [network], machines: [taken] }, network)).toEqual([
      '10.0.0.3/29',
    ]);
  });

  test('have a MAC address that is unicast, local, and the same each time', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (namespace, link) => {
        const mac = hardwareAddress(namespace, link);
        expect(mac).toMatch(/^02(:[0-9a-f]{2}){5}$/);
        expect(hardwareAddress(namespace, link)).toBe(mac);
      }),
    );
    expect(hardwareAddress('ek-x.a', 'eth0')).not.toBe(hardwareAddress('ek-x.b', 'eth0'));
  });
});
