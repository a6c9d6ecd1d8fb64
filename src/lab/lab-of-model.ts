import type { Address } from '../base/address.ts';
import type { Release } from '../base/release.ts';
import { managedHosts, type Model, type ModelHost, type ModelNetwork, modelHosts } from '../model/model.ts';
import { type LabDefinition, type LabInterface, type LabMachine, type LabNetwork, labName } from './definition.ts';
import type { LabStandIn } from './definition.ts';

/** The name of the lab's client machine. */
export function clientMachine(model: Model): string {
  return modelHosts(model).some((host) => host.name === 'client') ? 'lab-client' : 'client';
}

/**
 * The machines that stand for an edge: one for each of its hosts (an unmanaged web server is one that the lab
 * itself lets serve: no apply does), and a client whose resolvers are the edge's.
 */
export function labOfModel(
  model: Model,
  options: { readonly release: Release; readonly suffix?: string },
): LabDefinition {
  const { release, suffix = '' } = options;
  const client: LabMachine = {
    name: clientMachine(model),
    role: 'client',
    interfaces: [interfaceOf(model, { network: model.lab.clientNetwork, addresses: model.lab.clientAddresses })],
    resolvers: model.resolvers.map((resolver) => resolver.text),
    ...(model.zones[0] === undefined ? {} : { searchDomain: model.zones[0].name }),
  };
  return {
    name: labName(model.name, suffix),
    release,
    networks: model.networks.map((network) => networkOf(model, network)),
    machines: [...modelHosts(model).map((host) => machineOf(model, host)), client],
  };
}

function machineOf(model: Model, host: ModelHost): LabMachine {
  const managed = managedHosts(model).includes(host);
  const user = managed ? host.ssh.user : undefined;
  return {
    name: host.name,
    role: host.kind,
    interfaces: [{ ...interfaceOf(model, host), name: host.interface }],
    resolvers: [],
    ...(user === undefined || user === 'root' ? {} : { user }),
    ...(managed ? {} : { standIn: standInOf(model, host) }),
  };
}

/** What the pools want of a server: its ports, and the answers to their checks. */
function standInOf(model: Model, host: ModelHost): LabStandIn {
  const uses = model.pools.flatMap((pool) =>
    pool.backends.filter((backend) => backend.name === host.name).map(({ port }) => ({ port, check: pool.check })),
  );
  const answers = new Map(uses.map(({ check }) => [check.path.replace(/\?.*$/, ''), check.statuses[0]]));
  return {
    ports: uses.length === 0 ? [80] : [...new Set(uses.map((use) => use.port))].sort((a, b) => a - b),
    answers: [...answers].flatMap(([path, status]) =>
      status === 200 || !/^\/[A-Za-z0-9_~./-]*$/.test(path) ? [] : [{ path, status }],
    ),
  };
}

function interfaceOf(
  model: Model,
  place: { readonly network: string; readonly addresses: readonly Address[] },
): LabInterface {
  const network = model.networks.find((candidate) => candidate.name === place.network);
  const addresses = place.addresses.map((address) => `${address.text}/${prefixOf(network, address)}`);
  return { name: 'eth0', network: place.network, addresses };
}

function prefixOf(network: ModelNetwork | undefined, address: Address): number {
  const range = address.family === 4 ? network?.ipv4 : network?.ipv6;
  return range?.prefix ?? (address.family === 4 ? 32 : 128);
}

function networkOf(model: Model, network: ModelNetwork): LabNetwork {
  const gateway = (family: 4 | 6): string | undefined =>
    network.gateways.find((candidate) => candidate.family === family)?.text;
  const ipv4 = gateway(4);
  const ipv6 = gateway(6);
  return {
    name: network.name,
    reserved: model.vips.filter((vip) => vip.network === network.name).map((vip) => vip.ipv4.text),
    ...(network.ipv4 === undefined ? {} : { ipv4: network.ipv4.text }),
    ...(network.ipv6 === undefined ? {} : { ipv6: network.ipv6.text }),
    ...(ipv4 === undefined ? {} : { gatewayIpv4: ipv4 }),
    ...(ipv6 === undefined ? {} : { gatewayIpv6: ipv6 }),
  };
}
