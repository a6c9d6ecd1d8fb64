import { Fault } from '../base/fault.ts';
import type { Release } from '../base/release.ts';

/** What a machine is for. Only `client` changes how the lab makes it. */
export type LabRole = 'balancer' | 'nameserver' | 'web' | 'client';

/** A network of the lab: a bridge in the lab's own namespace. Nothing on it leaves the computer. */
export interface LabNetwork {
  readonly name: string;
  /** `base/prefix`. */
  readonly ipv4?: string;
  readonly ipv6?: string;
  /** Addresses that the lab's namespace answers on and routes through. The operator's SSH comes from there. */
  readonly gatewayIpv4?: string;
  readonly gatewayIpv6?: string;
  /** Addresses that the lab must not take for itself when no gateway is named: VIPs. */
  readonly reserved?: readonly string[];
}

/** A network interface of a machine. */
export interface LabInterface {
  /** At most 15 characters (IFNAMSIZ). */
  readonly name: string;
  /** The name of a network. */
  readonly network: string;
  /** Each `address/prefix`. */
  readonly addresses: readonly string[];
}

/** A throw-away Debian machine. */
export interface LabMachine {
  readonly name: string;
  readonly role: LabRole;
  readonly interfaces: readonly LabInterface[];
  /** What its resolv.conf names, in this order. Empty: no resolver. */
  readonly resolvers: readonly string[];
  readonly searchDomain?: string;
  /** A user with sudo to be made beside `root`, `admin` (sudo) and `guest` (no sudo). */
  readonly user?: string;
  /** Present on a machine that no apply ever configures: the lab itself lets it serve. */
  readonly standIn?: LabStandIn;
}

/** What a machine serves in the place of somebody else's web server: a page with its name. */
export interface LabStandIn {
  /** TCP ports of plain HTTP. */
  readonly ports: readonly number[];
  /** Paths, without characters that NGINX would read as its own, that are answered with another status than 200. */
  readonly answers: readonly { readonly path: string; readonly status: number }[];
}

/** Everything a lab is made from. `name` is what `labName` returns. */
export interface LabDefinition {
  readonly name: string;
  readonly release: Release;
  readonly networks: readonly LabNetwork[];
  readonly machines: readonly LabMachine[];
}

/** With the lab's name, at most 64 characters: systemd-nspawn's limit (HOST_NAME_MAX). */
const machineNamePattern = /^[a-z0-9]([a-z0-9-]{0,34}[a-z0-9])?$/;
const networkNamePattern = /^[a-z0-9-]+$/;
const labNamePattern = /^[a-z0-9]([a-z0-9-]{0,22}[a-z0-9])?$/;
const interfacePattern = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$/;
const addressPattern = /^[0-9a-f.:]+$/;
const prefixedPattern = /^[0-9a-f.:]+\/[0-9]{1,3}$/;
const domainPattern = /^[A-Za-z0-9_.-]+$/;
const pathPattern = /^\/[A-Za-z0-9_~./-]*$/;
/** With a blank, `#`, `!`, `:` or `@` in it, sudoers(5) would read something else. */
const userPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/;

/** The lab name of an edge: lower case letters, digits and dashes, at most 24 characters. `suffix` sets labs of one edge apart. */
export function labName(edgeName: string, suffix = ''): string {
  const whole = suffix === '' ? edgeName : `${edgeName.slice(0, 22 - suffix.length)}-${suffix}`;
  const name = whole
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 24)
    .replaceAll(/^-+|-+$/g, '');
  return name === '' ? 'lab' : name;
}

/** Whether the text can be a lab's name. */
export function isLabName(name: string): boolean {
  return labNamePattern.test(name);
}

/**
 * Checks what ends in command lines and files. The definition comes from our own model, so a bad one is a bug and a plain
 * error; but a host's name that is too long for a lab is a Fault `lab-machine-failed`.
 */
export function assertDefinition(definition: LabDefinition): void {
  const check = (pattern: RegExp, what: string, values: readonly (string | undefined)[]) => {
    for (const value of values) {
      if (value !== undefined && !pattern.test(value)) throw new Error(`not a good ${what}: ${JSON.stringify(value)}`);
    }
  };
  const { networks, machines } = definition;
  const interfaces = machines.flatMap((machine) => machine.interfaces);
  check(labNamePattern, 'lab name', [definition.name]);
  for (const { name } of machines) if (!machineNamePattern.test(name)) throw impossibleName(name);
  check(
    networkNamePattern,
    'network name',
    networks.map((network) => network.name),
  );
  check(
    prefixedPattern,
    'network',
    networks.flatMap((network) => [network.ipv4, network.ipv6]),
  );
  check(
    addressPattern,
    'gateway',
    networks.flatMap((network) => [network.gatewayIpv4, network.gatewayIpv6]),
  );
  check(
    interfacePattern,
    'interface name',
    interfaces.map((item) => item.name),
  );
  check(
    prefixedPattern,
    'address with prefix',
    interfaces.flatMap((item) => item.addresses),
  );
  check(
    addressPattern,
    'resolver',
    machines.flatMap((machine) => machine.resolvers),
  );
  check(
    domainPattern,
    'domain',
    machines.map((machine) => machine.searchDomain),
  );
  check(
    userPattern,
    'user name',
    machines.map((machine) => machine.user),
  );
  check(
    pathPattern,
    'path',
    machines.flatMap((machine) => machine.standIn?.answers.map((answer) => answer.path) ?? []),
  );
  assertUnique(
    'machine',
    machines.map((machine) => machine.name),
  );
  assertUnique(
    'network',
    networks.map((network) => network.name),
  );
  for (const machine of machines) {
    assertUnique(
      'interface',
      machine.interfaces.map((item) => item.name),
    );
    if (machine.interfaces.every((item) => item.addresses.length === 0))
      throw new Error(`${machine.name} has no address`);
  }
  for (const item of interfaces) {
    if (!networks.some((network) => network.name === item.network)) throw new Error(`no network named ${item.network}`);
  }
}

/** A host may have such a name; its machine in the lab may not. */
function impossibleName(name: string): Fault {
  return new Fault({
    code: 'lab-machine-failed',
    message: `a machine of the lab can't be named ${name}: at most 36 letters, digits and dashes`,
    state: 'nothing was started',
    next: 'give the host a shorter name in the edge file',
  });
}

function assertUnique(what: string, names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw new Error(`two of the lab's ${what}s are named ${name}`);
    seen.add(name);
  }
}
