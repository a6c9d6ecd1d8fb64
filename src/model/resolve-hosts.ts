import type { EdgeDocument } from '../spec/edge-document.ts';
import type { HostSpec, SshSpec } from '../spec/spec.ts';
import type { Report } from './findings.ts';
import type { Machine, ModelHost, ModelNetwork, SshAccess } from './model.ts';
import { findNetwork } from './find-network.ts';
import { readAddresses } from './read-addresses.ts';

/** The hosts of the file in its order, each in its network. Hosts that cannot be placed are reported and left out. */
export function resolveHosts(
  { spec }: EdgeDocument,
  networks: readonly ModelNetwork[],
  report: Report,
): readonly ModelHost[] {
  return Object.entries(spec.hosts).flatMap(([name, written]): readonly ModelHost[] => {
    const machine = resolveMachine({ name, written, defaults: spec.ssh }, networks, report);
    if (written.role !== 'web' && written.managed !== undefined) reportManaged(name, written, report);
    if (machine === undefined) return [];
    switch (written.role) {
      case 'balancer':
        return [{ kind: 'balancer', ...machine }];
      case 'nameserver':
        return [{ kind: 'nameserver', ...machine }];
      case 'web':
        return [{ kind: 'web', ...machine, managed: written.managed ?? true }];
    }
  });
}

interface WrittenHost {
  readonly name: string;
  readonly written: HostSpec;
  readonly defaults: SshSpec | undefined;
}

function resolveMachine(
  { name, written, defaults }: WrittenHost,
  networks: readonly ModelNetwork[],
  report: Report,
): Machine | undefined {
  const path = ['hosts', name];
  const placed = readAddresses(written.address, { path: [...path, 'address'], of: `the host \`${name}\`` }, report);
  const network = findNetwork(
    { owner: `the host \`${name}\``, path, placed, wanted: written.network },
    networks,
    report,
  );
  if (written.interface === 'lo') {
    report({
      code: 'EK427',
      path: [...path, 'interface'],
      part: 'value',
      message: `\`lo\` is the loopback interface; no other machine is behind it`,
      fix: 'write the interface that has the address of this host: `ip -brief address` shows it there',
    });
  }
  const [first, ...rest] = placed.map(({ address }) => address);
  if (first === undefined || network === undefined) return undefined;
  return {
    name,
    addresses: [first, ...rest],
    network: network.name,
    interface: written.interface ?? 'eth0',
    ssh: sshAccess({ ...defaults, ...written.ssh }, first.text),
  };
}

function sshAccess(ssh: SshSpec, address: string): SshAccess {
  return {
    destination: ssh.host ?? address,
    user: ssh.user,
    port: ssh.port,
    identity: ssh.identity,
    jump: ssh.jump,
  };
}

function reportManaged(name: string, written: HostSpec, report: Report): void {
  if (written.managed === true) return;
  report({
    code: 'EK302',
    path: ['hosts', name, 'managed'],
    part: 'key',
    message: `\`${name}\` is a ${written.role}; only web servers can be left unmanaged`,
    fix: 'remove `managed`',
  });
}
