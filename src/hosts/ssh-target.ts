/** How to reach a host over SSH. What is not set here comes from the user's own ssh_config, agent and known_hosts. */
export interface SshTarget {
  /** The name in the edge file. */
  readonly name: string;
  /** Host name, address, or an alias of ssh_config. */
  readonly destination: string;
  readonly user?: string;
  readonly port?: number;
  /** A private key file. Only this key is then offered. */
  readonly identityFile?: string;
  /** Instead of ~/.ssh/config and /etc/ssh/ssh_config (`ssh -F`). */
  readonly configFile?: string;
  /** `[user@]host[:port]`, several with commas (`ssh -J`). */
  readonly proxyJump?: string;
  /** Instead of ~/.ssh/known_hosts. */
  readonly knownHostsFile?: string;
  /** Where the sockets of open connections are kept. Made when it is not there (0700). */
  readonly controlDirectory: string;
  /** What to do for root's commands when the login user is not root. */
  readonly sudo: 'never' | 'when-needed';
  /** Milliseconds a connection may take to open. */
  readonly connectTimeoutMs: number;
}

/** The environment for ssh: its words in English, and no program of the desktop that asks the user something. */
export const sshEnvironment = { LC_ALL: 'C', SSH_ASKPASS: '/bin/false', SSH_ASKPASS_REQUIRE: 'force' } as const;

/** Seconds after which the connection of a controller that is gone ends by itself (ssh_config(5), ControlPersist). */
const persistSeconds = 60;

/** Which connection a command goes over: the shared one behind a socket, or one of its own. */
export type Connection = { readonly kind: 'shared'; readonly controlPath: string } | { readonly kind: 'single' };

/**
 * The words before the remote command: options, `--`, destination (ssh(1), ssh_config(5)). Throws when a field can't be
 * written for ssh, e.g. a destination that would be read as an option.
 */
export function sshArguments(target: SshTarget, connection: Connection): readonly [string, ...string[]] {
  for (const word of [target.destination, target.user ?? '', target.proxyJump ?? '']) {
    if (word.startsWith('-') || /[\s\0]/.test(word)) throw new Error(`not a name for ssh: ${JSON.stringify(word)}`);
  }
  if (target.destination === '') throw new Error(`no ssh destination for ${target.name}`);
  const options: readonly string[] = [
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    'LogLevel=ERROR',
    `ConnectTimeout=${Math.max(1, Math.ceil(target.connectTimeoutMs / 1000))}`,
    'ConnectionAttempts=1',
    ...(connection.kind === 'single'
      ? ['ControlMaster=no', 'ControlPath=none', 'ControlPersist=no']
      : [
          'ControlMaster=auto',
          `ControlPath=${configValue(connection.controlPath)}`,
          `ControlPersist=${persistSeconds}`,
        ]),
    // A host that lost power is noticed in 9 to 12 seconds instead of hanging.
    'ServerAliveInterval=3',
    'ServerAliveCountMax=3',
    // What a user's ssh_config may hold for interactive work and would break a command, or lend the agent to the host.
    'ClearAllForwardings=yes',
    'ForwardAgent=no',
    'ForwardX11=no',
    'RequestTTY=no',
    'RemoteCommand=none',
    'PermitLocalCommand=no',
    ...(target.knownHostsFile === undefined ? [] : [`UserKnownHostsFile=${configValue(target.knownHostsFile)}`]),
    ...(target.identityFile === undefined
      ? []
      : [`IdentityFile=${configValue(target.identityFile)}`, 'IdentitiesOnly=yes']),
  ];
  return [
    'ssh',
    ...(target.configFile === undefined ? [] : ['-F', target.configFile]),
    ...(target.user === undefined ? [] : ['-l', target.user]),
    ...(target.port === undefined ? [] : ['-p', String(target.port)]),
    ...(target.proxyJump === undefined ? [] : ['-J', target.proxyJump]),
    ...options.flatMap((option) => ['-o', option]),
    '--',
    target.destination,
  ];
}

/** The command a person types to reach the same host, for messages. */
export function sshByHand(target: SshTarget): string {
  return [
    'ssh',
    ...(target.configFile === undefined ? [] : ['-F', target.configFile]),
    ...(target.port === undefined ? [] : ['-p', String(target.port)]),
    ...(target.proxyJump === undefined ? [] : ['-J', target.proxyJump]),
    ...(target.identityFile === undefined ? [] : ['-i', target.identityFile]),
    ...(target.knownHostsFile === undefined ? [] : ['-o', `UserKnownHostsFile=${target.knownHostsFile}`]),
    target.user === undefined ? target.destination : `${target.user}@${target.destination}`,
  ].join(' ');
}

/** A path as a value of ssh_config: quoted, `%` kept from being read as a token. */
function configValue(path: string): string {
  if (/["\n\0]|\$\{/.test(path)) throw new Error(`not a path for ssh: ${JSON.stringify(path)}`);
  return `"${path.replaceAll('%', '%%')}"`;
}
