import { createHash } from 'node:crypto';
import { networkBase, parseAddress, parseNetwork } from '../base/address.ts';
import type { Family } from '../base/address.ts';
import type { LabDefinition, LabInterface, LabMachine, LabNetwork } from './definition.ts';
import { bridgeName, machineNamespace, portName } from './lab-paths.ts';
import { machineAddresses } from './ssh-files.ts';

/** Lines for `ip -batch` in the lab's own namespace: the bridges with their gateways. */
export function bridgeCommands(definition: LabDefinition): readonly string[] {
  return [
    'link set lo up',
    ...definition.networks.flatMap((network, index) => {
      const bridge = bridgeName(index);
      return [
        // Without a querier, snooping would lose neighbour discovery.
        `link add ${bridge} type bridge forward_delay 0 mcast_snooping 0`,
        ...gatewayAddresses(definition, network).map((address) => addressCommand(address, bridge)),
        `link set ${bridge} up`,
      ];
    }),
  ];
}

/** Lines for `ip -batch` in the lab's namespace: a machine's cables, the far ends in the machine's namespace. */
export function cableCommands(definition: LabDefinition, machine: LabMachine): readonly string[] {
  const machineIndex = definition.machines.indexOf(machine);
  const namespace = machineNamespace(definition.name, machine.name);
  return machine.interfaces.flatMap((item, index) => {
    const port = portName(machineIndex, index);
    const network = definition.networks.findIndex((candidate) => candidate.name === item.network);
    const mac = hardwareAddress(namespace, item.name);
    return [
      `link add ${port} type veth peer name ${item.name} address ${mac} netns ${namespace}`,
      `link set ${port} master ${bridgeName(network)} up`,
    ];
  });
}

/** Lines for `ip -batch` in a machine's namespace: its addresses and routes. */
export function machineCommands(definition: LabDefinition, machine: LabMachine): readonly string[] {
  const routes = new Map<Family, string>();
  for (const item of machine.interfaces) {
    const network = definition.networks.find((candidate) => candidate.name === item.network);
    for (const address of network === undefined ? [] : gatewayAddresses(definition, network)) {
      const family: Family = address.includes(':') ? 6 : 4;
      const reachable = item.addresses.some((own) => own.includes(':') === address.includes(':'));
      const command = `${family === 6 ? '-6 ' : ''}route add default via ${address.split('/')[0]} dev ${item.name}`;
      if (reachable && !routes.has(family)) routes.set(family, command);
    }
  }
  return [
    'link set lo up',
    ...machine.interfaces.flatMap((item) => interfaceCommands(machine, item)),
    ...[...routes.values()].map((command) => command.replace(/^-6 /, '')),
  ];
}

function interfaceCommands(machine: LabMachine, item: LabInterface): readonly string[] {
  const up = `link set ${item.name} up`;
  if (machine.role !== 'client') return [...item.addresses.map((address) => addressCommand(address, item.name)), up];
  // glibc sorts addresses on the client's own subnet by common prefix (RFC 6724, rule 9), which hides round robin. With a
  // /32 and a route, all of them are off its subnet and stay in the order of the answer.
  const plain: string[] = [];
  const routed: string[] = [];
  for (const address of item.addresses) {
    const network = parseNetwork(address);
    const own = address.split('/')[0] ?? '';
    if (network === undefined || network.family === 6 || network.prefix === 32) {
      plain.push(addressCommand(address, item.name));
    } else {
      plain.push(addressCommand(`${own}/32`, item.name));
      routed.push(`route add ${network.text} dev ${item.name} scope link src ${own}`);
    }
  }
  return [...plain, up, ...routed];
}

/** `address/prefix` of the lab's namespace on a network. */
export function gatewayAddresses(definition: LabDefinition, network: LabNetwork): readonly string[] {
  const pairs = [
    { cidr: network.ipv4, gateway: network.gatewayIpv4 },
    { cidr: network.ipv6, gateway: network.gatewayIpv6 },
  ];
  return pairs.flatMap(({ cidr, gateway }) => {
    const parsed = cidr === undefined ? undefined : parseNetwork(cidr);
    if (parsed === undefined) return [];
    const address = gateway ?? (parsed.family === 4 ? freeAddress(definition, parsed.text) : undefined);
    return address === undefined ? [] : [`${address}/${parsed.prefix}`];
  });
}

/** The highest address of an IPv4 network that no machine has: SSH must come from somewhere when no gateway is named. */
function freeAddress(definition: LabDefinition, cidr: string): string | undefined {
  const [base = '', prefixText = '24'] = cidr.split('/');
  const used = new Set([
    ...definition.networks.flatMap((network) => network.reserved ?? []),
    ...definition.machines.flatMap(machineAddresses),
  ]);
  const first = base.split('.').reduce((value, part) => value * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(prefixText));
  for (let offset = size - 2; offset > 0; offset -= 1) {
    const value = first + offset;
    const text = [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
    const address = parseAddress(text);
    if (address !== undefined && !used.has(text) && networkBase(address, Number(prefixText)) === base) return text;
  }
  return undefined;
}

function addressCommand(address: string, device: string): string {
  // Duplicate address detection would keep IPv6 addresses unusable for a second.
  return `addr add ${address} dev ${device}${address.includes(':') ? ' nodad' : ''}`;
}

/** A locally administered MAC address that stays the same over restarts of the machine. */
export function hardwareAddress(namespace: string, interfaceName: string): string {
  const digest = createHash('sha256').update(`${namespace}/${interfaceName}`).digest('hex');
  return ['02', ...[0, 2, 4, 6, 8].map((at) => digest.slice(at, at + 2))].join(':');
}
