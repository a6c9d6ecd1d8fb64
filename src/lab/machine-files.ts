import type { LabMachine, LabStandIn } from './definition.ts';

/** A file laid over the image before a machine starts. */
export interface LayerFile {
  /** Absolute, as the machine sees it. */
  readonly path: string;
  readonly content: string;
  readonly mode: number;
  readonly uid: number;
}

/** What a machine's own files are made from. */
export interface MachineIdentity {
  /** 32 hex digits (machine-id(5)). */
  readonly machineId: string;
  readonly hostKey: string;
  readonly hostKeyPublic: string;
  /** The public key that may log in. */
  readonly clientKeyPublic: string;
  /** The image's own /etc/passwd, /etc/group and /etc/shadow. */
  readonly passwd: string;
  readonly group: string;
  readonly shadow: string;
}

interface LabUser {
  readonly name: string;
  readonly uid: number;
  readonly sudo: 'yes' | 'no';
}

/** The users of a machine beside root: `admin` has sudo without a password, `guest` has none. */
export function labUsers(machine: LabMachine): readonly LabUser[] {
  const fixed: readonly LabUser[] = [
    { name: 'admin', uid: 1000, sudo: 'yes' },
    { name: 'guest', uid: 1001, sudo: 'no' },
  ];
  const { user } = machine;
  if (user === undefined || user === 'root' || fixed.some((one) => one.name === user)) return fixed;
  return [...fixed, { name: user, uid: 1002, sudo: 'yes' }];
}

/** The files that make a machine of the image. */
export function machineFiles(machine: LabMachine, identity: MachineIdentity): readonly LayerFile[] {
  const users = labUsers(machine);
  const file = (path: string, content: string, mode = 0o644): LayerFile => ({ path, content, mode, uid: 0 });
  const keys = (home: string, uid: number): LayerFile => ({
    path: `${home}/.ssh/authorized_keys`,
    content: identity.clientKeyPublic,
    mode: 0o600,
    uid,
  });
  return [
    file('/etc/hostname', `${machine.name}\n`),
    file('/etc/hosts', `127.0.0.1 localhost\n127.0.1.1 ${machine.name}\n::1 localhost ip6-localhost ip6-loopback\n`),
    // Without it systemd takes every start for the first boot, runs firstboot and ends degraded.
    file('/etc/machine-id', `${identity.machineId}\n`, 0o444),
    file('/etc/resolv.conf', resolverFile(machine)),
    file('/etc/ssh/ssh_host_ed25519_key', identity.hostKey, 0o600),
    file('/etc/ssh/ssh_host_ed25519_key.pub', identity.hostKeyPublic),
    file('/etc/passwd', identity.passwd + users.map(passwdLine).join('')),
    file('/etc/group', identity.group + users.map((user) => `${user.name}:x:${user.uid}:\n`).join('')),
    file('/etc/shadow', identity.shadow + users.map((user) => `${user.name}:*:20000:0:99999:7:::\n`).join(''), 0o640),
    file(
      '/etc/sudoers.d/50-lab',
      users
        .filter((user) => user.sudo === 'yes')
        .map(sudoLine)
        .join(''),
      0o440,
    ),
    keys('/root', 0),
    ...users.map((user) => keys(`/home/${user.name}`, user.uid)),
    ...(machine.standIn === undefined
      ? []
      : [
          // In the place of Debian's welcome page.
          file('/etc/nginx/sites-enabled/default', standInSite(machine.name, machine.standIn)),
          // The image has nginx.service disabled.
          file('/etc/systemd/system/multi-user.target.d/50-lab.conf', '[Unit]\nWants=nginx.service\n'),
        ]),
  ];
}

/** The NGINX site of a machine that stands for a web server of somebody else. */
export function standInSite(name: string, { ports, answers }: LabStandIn): string {
  return [
    'server {',
    ...ports.flatMap((port) => [`  listen ${port} default_server;`, `  listen [::]:${port} default_server;`]),
    '  default_type text/plain;',
    ...answers.map(({ path, status }) => `  location = ${path} { return ${status}; }`),
    // As on a web server that evenkeel manages.
    '  include /etc/nginx/evenkeel-local/*.conf;',
    `  location / { return 200 "${name}, a stand-in of the lab for a server that evenkeel does not manage\\n"; }`,
    '}',
    '',
  ].join('\n');
}

/**
 * resolv.conf(5). A dead resolver costs one second instead of five, and `rotate` spreads the questions, so that a client
 * meets both nameservers.
 */
export function resolverFile(machine: LabMachine): string {
  if (machine.resolvers.length === 0) return '';
  return [
    ...(machine.searchDomain === undefined ? [] : [`search ${machine.searchDomain}`]),
    ...machine.resolvers.map((resolver) => `nameserver ${resolver}`),
    'options timeout:1 attempts:2 rotate',
    '',
  ].join('\n');
}

function passwdLine(user: LabUser): string {
  return `${user.name}:x:${user.uid}:${user.uid}::/home/${user.name}:/bin/bash\n`;
}

function sudoLine(user: LabUser): string {
  return `${user.name} ALL=(ALL:ALL) NOPASSWD: ALL\n`;
}
