import { createHash } from 'node:crypto';
import type { Release } from '../base/release.ts';

/** What an image is made of. Its hash names the image, so any change makes a new one. */
export interface ImageRecipe {
  readonly release: Release;
  /** The name of the release in Debian's archive. */
  readonly codename: string;
  readonly packages: readonly string[];
  /** Lines for dpkg.cfg of the image. */
  readonly dpkgOptions: readonly string[];
  /** Units that Debian's packages enable and that must not run before an apply, or that disturb a short-lived machine. */
  readonly disabledUnits: readonly string[];
  /** Units that are started without being enabled. */
  readonly maskedUnits: readonly string[];
  /** path -> content, mode 0644. */
  readonly files: Readonly<Record<string, string>>;
}

const codenames: Readonly<Record<Release, string>> = { debian12: 'bookworm', debian13: 'trixie' };

/** The packages of every machine: what any role needs, since a lab has no way out to fetch more. */
const packages: readonly string[] = [
  'bind9-dnsutils',
  'ca-certificates',
  'curl',
  'dbus',
  'iproute2',
  'iputils-arping',
  'iputils-ping',
  'keepalived',
  'libnginx-mod-http-lua',
  'libnginx-mod-stream',
  'lua-cjson',
  'lua-resty-core',
  'netbase',
  'nftables',
  'nginx',
  'openssh-server',
  'openssl',
  'pdns-backend-sqlite3',
  'pdns-server',
  'procps',
  'sqlite3',
  'sudo',
  'systemd',
  'systemd-sysv',
];

/** The recipe of a release's image. */
export function imageRecipe(release: Release): ImageRecipe {
  return {
    release,
    codename: codenames[release],
    packages,
    dpkgOptions: [
      'path-exclude=/usr/share/man/*',
      'path-exclude=/usr/share/info/*',
      'path-exclude=/usr/share/locale/*',
      'path-exclude=/usr/share/doc/*',
      // Where Debian keeps the schema that a new database of PowerDNS is made from.
      'path-include=/usr/share/doc/pdns*',
      'force-unsafe-io',
    ],
    disabledUnits: [
      'keepalived.service',
      'nginx.service',
      'pdns.service',
      'apt-daily.timer',
      'apt-daily-upgrade.timer',
      'dpkg-db-backup.timer',
      'e2scrub_all.timer',
      'e2scrub_reap.service',
      'fstrim.timer',
      'getty@tty1.service',
      'systemd-pstore.service',
    ],
    maskedUnits: [
      // The lab gives addresses from outside, so networkd would wait for ever and hold back network-online.target.
      'systemd-networkd-wait-online.service',
      'console-getty.service',
      // Makes RSA and ECDSA keys at the first boot (Debian 13): the lab brings an Ed25519 key.
      'sshd-keygen.service',
    ],
    files: {
      'etc/default/locale': 'LANG=C.UTF-8\n',
      'etc/ssh/sshd_config.d/50-lab.conf': [
        'HostKey /etc/ssh/ssh_host_ed25519_key',
        'PasswordAuthentication no',
        'PermitRootLogin prohibit-password',
        'UseDNS no',
        '',
      ].join('\n'),
      // A lab lives for minutes; its journal belongs in memory.
      'etc/systemd/journald.conf.d/50-lab.conf': '[Journal]\nStorage=volatile\nRuntimeMaxUse=16M\n',
    },
  };
}

/** The name of the image's folder: release and hash of the recipe. */
export function imageName(recipe: ImageRecipe): string {
  const hash = createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 12);
  return `${recipe.release}-${hash}`;
}
