import { execFileSync, spawnSync } from 'node:child_process';
import type { LabDefinition, LabMachine, LabRole } from '../../src/lab/definition.ts';
import { sshArgv } from '../../src/lab/ssh-files.ts';
import type { SshLogin } from '../../src/lab/ssh-files.ts';

/** A machine with one interface on `lan`: 10.77.0.N/24 and fd77::N/64. */
export function smallMachine(name: string, role: LabRole, host: number): LabMachine {
  return {
    name,
    role,
    interfaces: [{ name: 'eth0', network: 'lan', addresses: [`10.77.0.${host}/24`, `fd77::${host}/64`] }],
    resolvers: ['10.77.0.11', '10.77.0.12'],
    searchDomain: 'devops.com',
  };
}

/** A lab of these machines on one network. */
export function smallLab(name: string, machines: readonly LabMachine[]): LabDefinition {
  return {
    name,
    release: 'debian13',
    networks: [
      { name: 'lan', ipv4: '10.77.0.0/24', ipv6: 'fd77::/64', gatewayIpv4: '10.77.0.1', gatewayIpv6: 'fd77::1' },
    ],
    machines,
  };
}

/** Runs a command on a machine over SSH and returns what it printed. Throws when it fails. */
export function onMachine(lab: string, machine: string, login: SshLogin): string {
  const [file, ...args] = sshArgv(lab, machine, login);
  return execFileSync(file, ['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=5', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Whether a command in a network namespace of the lab ends with 0. */
export function inNamespace(namespace: string, argv: readonly [string, ...string[]]): boolean {
  return spawnSync('ip', ['netns', 'exec', namespace, ...argv], { stdio: 'ignore' }).status === 0;
}
