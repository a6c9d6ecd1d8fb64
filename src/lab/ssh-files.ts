import { quoteForShell } from '../base/shell-quote.ts';
import type { LabDefinition, LabMachine } from './definition.ts';
import { labNamespace, labPaths } from './lab-paths.ts';

/** The addresses of a machine, without prefix. */
export function machineAddresses(machine: LabMachine): readonly string[] {
  return machine.interfaces.flatMap((item) => item.addresses.map((address) => address.split('/')[0] ?? ''));
}

/**
 * The ssh_config(5) of a lab: machines by name and by address, root by default. `nc` inside the lab's namespace carries the
 * connection, so that any ssh on this computer gets in, and only while the lab's network lets it.
 */
export function sshConfigFile(definition: LabDefinition): string {
  const paths = labPaths(definition.name);
  const hosts = definition.machines.map((machine) => {
    const addresses = machineAddresses(machine);
    return [
      `Host ${[machine.name, ...addresses].join(' ')}`,
      `  HostName ${addresses[0] ?? ''}`,
      `  HostKeyAlias ${machine.name}`,
      '',
    ].join('\n');
  });
  return [
    ...hosts,
    'Host *',
    // -q 0: nc ends when ssh does, even if the machine is dead and never answers.
    `  ProxyCommand nsenter --net=/run/netns/${labNamespace(definition.name)} nc -q 0 %h %p`,
    '  User root',
    `  IdentityFile ${paths.clientKey}`,
    '  IdentitiesOnly yes',
    '  IdentityAgent none',
    `  UserKnownHostsFile ${paths.knownHosts}`,
    '  GlobalKnownHostsFile /dev/null',
    '  StrictHostKeyChecking yes',
    '  UpdateHostKeys no',
    '  PreferredAuthentications publickey',
    // Nothing leaves this computer, and a key exchange that holds against quantum computers costs each end twice the
    // processor time of a connection (sntrup761 of OpenSSH 9.2: 136 ms against 66). OpenSSH from 10.1 on would warn.
    '  KexAlgorithms ^curve25519-sha256',
    '  IgnoreUnknown WarnWeakCrypto',
    '  WarnWeakCrypto no',
    '',
  ].join('\n');
}

/** The known_hosts of a lab: machine name -> the public host key. */
export function knownHostsFile(keys: ReadonlyMap<string, string>): string {
  return [...keys].map(([machine, key]) => `${machine} ${key.trim().split(' ').slice(0, 2).join(' ')}\n`).join('');
}

/** Who to be on a machine, and what to run there; an interactive shell when there is no command. */
export interface SshLogin {
  /** Default `root`. */
  readonly user?: string;
  readonly command?: readonly string[];
}

/** The argv that logs in to a machine of the lab. The command's words are quoted for the shell on the other side. */
export function sshArgv(lab: string, machine: string, login: SshLogin = {}): readonly [string, ...string[]] {
  const user = login.user === undefined ? [] : ['-l', login.user];
  const command = (login.command ?? []).map(quoteForShell);
  return ['ssh', '-F', labPaths(lab).sshConfig, ...user, '--', machine, ...command];
}
