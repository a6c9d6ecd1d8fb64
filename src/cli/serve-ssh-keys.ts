import { Fault } from '../base/fault.ts';
import type { FileState, Host } from '../hosts/host.ts';
import { runLocal } from '../hosts/process.ts';
import type { ModelHost } from '../model/model.ts';
import { servePaths } from '../render/serve-host.ts';
import { type SshDestination, serveKeyLine, withoutServeKey, withServeKey } from '../render/serve-ssh.ts';
import type { Place } from './place.ts';

/** Where sshd keeps the public keys that Debian makes for a host. */
const hostKeyPaths = ['ed25519', 'ecdsa', 'rsa'].map((kind) => `/etc/ssh/ssh_host_${kind}_key.pub`);

/** The public keys that a host shows, read over the connection that is trusted already. Throws `not-found` when there is none. */
export async function hostKeysOf(host: Host): Promise<readonly string[]> {
  const found = (await host.read(hostKeyPaths)).flatMap((state) => (state.kind === 'file' ? [textOf(state)] : []));
  if (found.length > 0) return found;
  throw new Fault({
    code: 'not-found',
    message: `${host.name} has none of the usual host keys`,
    host: host.name,
    state: 'nothing was changed there',
    next: `see where its sshd keeps them: sshd -T | grep hostkey; evenkeel reads ${hostKeyPaths.join(', ')}`,
  });
}

/** How the dashboard will reach a host: by its address, with the user and port that this computer uses; a jump host is only this computer's way. */
export async function destinationOf(machine: ModelHost, place: Place): Promise<SshDestination> {
  const { name, ssh, addresses } = machine;
  const base = { name, destination: ssh.destination, address: addresses[0].text };
  if (place.kind === 'lab') return { ...base, user: ssh.user ?? 'root', port: ssh.port ?? 22 };
  const argv = ['ssh', '-G', ...(ssh.user === undefined ? [] : ['-l', ssh.user]), '--', ssh.destination] as const;
  const { stdout } = await runLocal({ argv });
  const value = (key: string): string => new RegExp(`^${key} (.*)$`, 'm').exec(stdout)?.[1] ?? '';
  return { ...base, user: value('user'), port: ssh.port ?? Number(value('port') || 22) };
}

/** Makes the dashboard's key on its host, unless it is there; returns the public one. The private one never leaves that host. */
export async function makeServeKey(host: Host): Promise<string> {
  const { identity, ssh, user } = servePaths;
  await must(host, ['install', '-d', '-m', '755', ssh]);
  const [there] = await host.read([identity]);
  if (there?.kind !== 'file') {
    const comment = `evenkeel-serve@${host.name}`;
    await must(host, ['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', identity]);
  }
  // Its own account may read it and not replace it; ssh asks for 0600 of a key's owner only (authfile.c, sshkey_perm_ok).
  await must(host, ['chown', `root:${user}`, identity]);
  await must(host, ['chmod', '640', identity]);
  return must(host, ['cat', `${identity}.pub`]);
}

/** Which hosts a key is for, and from where it is used. */
export interface KeyUse {
  readonly host: Host;
  /** Whose authorized_keys. */
  readonly user: string;
  readonly dashboard: { readonly host: string; readonly addresses: readonly string[] };
}

/** Lets the dashboard's key in on a host. All other keys stay as they are. */
export async function authorizeKey(use: KeyUse, publicKey: string): Promise<void> {
  const line = serveKeyLine(publicKey, use.dashboard);
  await changeKeys(use, (text) => withServeKey(text, line, use.dashboard.host));
}

/** Takes the dashboard's key away from a host. */
export async function withdrawKey(use: KeyUse): Promise<void> {
  await changeKeys(use, (text) => withoutServeKey(text, use.dashboard.host));
}

async function changeKeys({ host, user }: KeyUse, change: (text: string) => string): Promise<void> {
  const [, , , , , home = ''] = (await must(host, ['getent', 'passwd', user])).trim().split(':');
  const path = `${home}/.ssh/authorized_keys`;
  const [state] = await host.read([path]);
  if (state !== undefined && state.kind !== 'file' && state.kind !== 'absent') {
    throw new Fault({
      code: 'file-in-the-way',
      message: `${path} on ${host.name} is no file`,
      host: host.name,
      state: 'it was left as it is',
      next: `put the line of ${servePaths.identity}.pub there by hand`,
    });
  }
  const before = state?.kind === 'file' ? textOf(state) : '';
  const after = change(before);
  if (after === before) return;
  const bytes = new TextEncoder().encode(after);
  if (state?.kind === 'file') {
    await host.write([{ path, mode: state.mode, owner: state.owner, bytes }]);
    return;
  }
  const group = (await must(host, ['id', '-gn', user])).trim();
  await must(host, ['install', '-d', '-m', '700', '-o', user, '-g', group, `${home}/.ssh`]);
  await host.write([{ path, mode: 0o600, owner: `${user}:${group}`, bytes }]);
}

/** Runs a command as root and returns what it printed. Throws `command-failed`. */
export async function must(host: Host, argv: readonly [string, ...string[]]): Promise<string> {
  const outcome = await host.run({ argv, timeoutMs: 60_000 });
  if (outcome.exitCode === 0) return outcome.stdout;
  throw new Fault({
    code: 'command-failed',
    message: `${argv[0]} failed on ${host.name}`,
    host: host.name,
    command: argv,
    said: `${outcome.stderr}${outcome.stdout}`.trim(),
    next: 'see to what it says, then install again: what is there already is taken over',
  });
}

function textOf(state: Extract<FileState, { readonly kind: 'file' }>): string {
  return new TextDecoder().decode(state.bytes);
}
