import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runLocal } from '../../src/hosts/process.ts';
import type { SshTarget } from '../../src/hosts/ssh-target.ts';
import { freePort } from './free-port.ts';

/** A real sshd on loopback, for one test file. */
export interface SshServer {
  /** Everything of the server lies here; it goes with stop(). */
  readonly directory: string;
  readonly port: number;
  /** How to reach it as root, with the right keys. */
  readonly target: (changes?: Partial<SshTarget>) => SshTarget;
  /** Ends the server and every session on it, and removes its directory. */
  readonly stop: () => Promise<void>;
}

/**
 * The users of the server, besides root:
 * operator (sudo without password), asked (sudo wants a password), guest (in no sudoers), bare (no sudo installed),
 * idle (a shell that runs nothing), chatty (a login shell that prints on both outputs).
 */
const users = ['operator', 'asked', 'guest', 'bare', 'idle', 'chatty'] as const;

/** Why the server can't be started on this computer, or undefined. */
export async function whyNoSshServer(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'not root';
  for (const [tool, debianPackage] of [
    ['/usr/sbin/sshd', 'openssh-server'],
    ['/usr/bin/sudo', 'sudo'],
  ] as const) {
    if ((await runLocal({ argv: ['test', '-x', tool] })).exitCode !== 0) return `apt-get install ${debianPackage}`;
  }
  return undefined;
}

/**
 * Starts sshd in a mount and a process namespace of its own: there /etc/passwd, /etc/sudoers and the rest are ours, with
 * users that this computer does not have, and ending the namespace ends every session.
 */
export async function startSshServer(): Promise<SshServer> {
  const directory = await mkdtemp('/tmp/evenkeel-sshd-');
  await chmod(directory, 0o755);
  const at = (name: string) => join(directory, name);
  const port = await freePort();
  await writeAccounts(at);
  for (const key of ['host_key', 'user_key']) {
    await must(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', key, '-f', at(key)]);
  }
  await cp(at('user_key.pub'), at('authorized_keys'));
  const hostKey = (await readFile(at('host_key.pub'), 'utf8')).trim();
  await writeFile(at('known_hosts'), `[127.0.0.1]:${port} ${hostKey}\n`);
  await writeFile(
    at('sshd_config'),
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${at('host_key')}`,
      `AuthorizedKeysFile ${at('authorized_keys')}`,
      'PidFile none',
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'PermitRootLogin prohibit-password',
      'Match User bare',
      `  SetEnv PATH=${at('bare-bin')}`,
      '',
    ].join('\n'),
  );
  const own = ['--mount', '--pid', '--fork', '--kill-child=KILL', '--mount-proc', '--propagation', 'private'];
  // The namespace ends with this process, too, however that ends (prctl(2), PR_SET_PDEATHSIG).
  const tied = ['--pdeathsig', 'KILL', 'unshare', ...own];
  const server = spawn('setpriv', [...tied, 'sh', '-ec', namespaceScript, 'sh', directory]);
  await listening(server);

  return {
    directory,
    port,
    target: (changes = {}) => ({
      name: 'lb1',
      destination: '127.0.0.1',
      user: 'root',
      port,
      identityFile: at('user_key'),
      configFile: '/dev/null',
      knownHostsFile: at('known_hosts'),
      controlDirectory: at('control'),
      sudo: 'when-needed',
      connectTimeoutMs: 5_000,
      ...changes,
    }),
    stop: async () => {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      if (server.exitCode === null && server.signalCode === null && server.kill('SIGKILL')) await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const namespaceScript = `
for file in passwd shadow group sudoers; do mount --bind "$1/$file" "/etc/$file"; done
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -m 755 /run/sshd
exec /usr/sbin/sshd -D -e -f "$1/sshd_config"
`;

/** Copies of this computer's account files, with our users added. No password is right: `*` (shadow(5)). */
async function writeAccounts(at: (name: string) => string): Promise<void> {
  const home = (user: string) => at(`home-${user}`);
  const shell = (user: string) => (user === 'idle' ? '/usr/sbin/nologin' : '/bin/bash');
  const line = (user: string, index: number) => {
    const id = 61_000 + index;
    return { user, passwd: `${user}:x:${id}:${id}::${home(user)}:${shell(user)}`, group: `${user}:x:${id}:` };
  };
  const lines = users.map(line);
  const append = async (name: string, more: readonly string[]) => {
    const ours = await readFile(`/etc/${name}`, 'utf8');
    // root gets an empty home, so that nobody's own .bashrc plays a part.
    const calm = ours.replace(/^(root:[^:]*:0:0:[^:]*):[^:]*:.*$/m, `$1:${home('root')}:/bin/bash`);
    await writeFile(at(name), `${calm}${more.join('\n')}\n`);
  };
  await append(
    'passwd',
    lines.map(({ passwd }) => passwd),
  );
  await append(
    'group',
    lines.map(({ group }) => group),
  );
  await append(
    'shadow',
    lines.map(({ user }) => `${user}:*:19000:0:99999:7:::`),
  );
  await chmod(at('shadow'), 0o640);
  await writeFile(
    at('sudoers'),
    [
      // As Debian ships it; use_pty is what newer releases add.
      'Defaults env_reset, use_pty',
      'Defaults secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"',
      'root ALL=(ALL:ALL) ALL',
      'operator ALL=(ALL) NOPASSWD: ALL',
      'asked ALL=(ALL) ALL',
      'chatty ALL=(ALL) NOPASSWD: ALL',
      '',
    ].join('\n'),
    { mode: 0o440 },
  );
  for (const user of ['root', ...users]) await mkdir(home(user));
  await writeFile(join(home('chatty'), '.bashrc'), 'echo "Welcome to $(hostname)!"\necho "3 updates pending" >&2\n');
  await mkdir(at('bare-bin'));
  for (const tool of ['id', 'sh', 'timeout', 'cat']) await symlink(`/usr/bin/${tool}`, at(`bare-bin/${tool}`));
}

async function must(argv: readonly [string, ...string[]]): Promise<void> {
  const { exitCode, stderr } = await runLocal({ argv });
  if (exitCode !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`);
}

/** Waits until sshd says that it listens. */
async function listening(server: ChildProcess): Promise<void> {
  let said = '';
  await new Promise<void>((resolve, reject) => {
    server.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('Server listening')) resolve();
    });
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`sshd ended with ${code}: ${said}`)));
  });
}
