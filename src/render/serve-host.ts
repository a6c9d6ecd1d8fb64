import type { AlertFile } from '../model/check-alerts.ts';
import type { DesiredFile } from './desired-file.ts';
import { desiredFile } from './make-file.ts';
import { serveUnitName, serveUnitText } from './serve-unit.ts';
import { urlHost } from '../base/address.ts';

/** Where a dashboard lies on the host that it was installed on, and who it is there. */
export const servePaths = {
  user: 'evenkeel-serve',
  program: '/usr/local/lib/evenkeel-serve',
  /** Its home: the edge file, and beside it `.evenkeel`, the only thing that it may write. */
  home: '/var/lib/evenkeel-serve',
  edgeFile: '/var/lib/evenkeel-serve/edge.yaml',
  state: '/var/lib/evenkeel-serve/.evenkeel',
  certificate: '/var/lib/evenkeel-serve/tls/chain.pem',
  key: '/var/lib/evenkeel-serve/tls/key.pem',
  ssh: '/var/lib/evenkeel-serve/.ssh',
  identity: '/var/lib/evenkeel-serve/.ssh/id_ed25519',
  /** Compiled code (`CacheDirectory` of the unit). */
  cache: '/var/cache/evenkeel-serve',
  /** For whoever manages accounts there. */
  command: '/usr/local/sbin/evenkeel',
  unit: `/etc/systemd/system/${serveUnitName}`,
} as const;

/** The account that the dashboard runs as (sysusers.d(5)); it is made before any file that belongs to it. */
export function serveUserFile(host: string): DesiredFile {
  const { user, home } = servePaths;
  return desiredFile({
    host,
    path: '/etc/sysusers.d/evenkeel-serve.conf',
    content: `# ${made}\nu ${user} - "dashboard of evenkeel" ${home} /usr/sbin/nologin\n`,
    activates: 'none',
    why: 'the account that the dashboard runs as',
  });
}

/** A file that a receiver of alerts needs, as it lies on the host. */
export interface ServeAlertFile {
  /** Absolute, below the home. */
  readonly path: string;
  readonly holds: AlertFile['holds'];
  readonly text: string;
}

/** What a dashboard on a host is made of. */
export interface ServeHost {
  readonly host: string;
  readonly edge: string;
  /** The text of the edge file. */
  readonly edgeText: string;
  readonly alertFiles: readonly ServeAlertFile[];
  /** Name below `servePaths.program` -> content. `main.js` is what runs. */
  readonly program: ReadonlyMap<string, Uint8Array>;
  /** The Node.js on the host. */
  readonly node: string;
  readonly listen: { readonly address: string; readonly port: number };
  readonly names: readonly string[];
  readonly certificate: { readonly chainPem: string; readonly keyPem: string };
  readonly sshConfig: string;
  readonly knownHosts: string;
}

/** Every file of a dashboard on a host but its account's and what it makes itself. */
export function renderServeHost(dashboard: ServeHost): readonly DesiredFile[] {
  const { host, edge, edgeText, alertFiles, program, node, listen, names, certificate, sshConfig, knownHosts } =
    dashboard;
  const { user, home, edgeFile } = servePaths;
  // The CA and the keys of the edge are not there.
  const words = ['serve', '-f', edgeFile, '--without-plan', '--listen', `${urlHost(listen.address)}:${listen.port}`];
  const called = names.flatMap((name) => ['--name', name]);
  const tls = ['--tls-cert', servePaths.certificate, '--tls-key', servePaths.key];
  const file = (path: string, content: string | Uint8Array, why: string): DesiredFile =>
    desiredFile({ host, path, content, activates: 'none', why });
  return [
    ...[...program].map(([name, bytes]) =>
      file(`${servePaths.program}/${name}`, bytes, 'the program of the dashboard'),
    ),
    file(`${servePaths.program}/package.json`, '{ "type": "module" }\n', 'says what kind of JavaScript it is'),
    desiredFile({
      host,
      path: servePaths.command,
      content: commandScript(node),
      mode: 0o755,
      activates: 'none',
      why: 'for accounts: evenkeel serve user add NAME',
    }),
    desiredFile({
      host,
      path: edgeFile,
      content: edgeText,
      mode: 0o640,
      owner: `root:${user}`,
      activates: 'none',
      why: 'the edge file',
    }),
    ...alertFiles.map(({ path, holds, text }) =>
      holds === 'certificates'
        ? file(path, text, 'certificates that a receiver of alerts is known by')
        : desiredFile({
            host,
            path,
            content: `${text}\n`,
            // Not of root: one that its group can read is not used.
            mode: 0o600,
            owner: `${user}:${user}`,
            visibility: 'secret',
            activates: 'none',
            why: 'a secret that alerts are sent with',
          }),
    ),
    file(`${servePaths.ssh}/config`, sshConfig, 'how the dashboard reaches each host'),
    file(`${servePaths.ssh}/known_hosts`, knownHosts, 'which key each host shows'),
    file(servePaths.certificate, certificate.chainPem, "the dashboard's certificate"),
    desiredFile({
      host,
      path: servePaths.key,
      content: certificate.keyPem,
      mode: 0o640,
      owner: `root:${user}`,
      visibility: 'secret',
      activates: 'none',
      why: 'its key',
    }),
    file(
      servePaths.unit,
      serveUnitText({
        edge,
        user,
        home,
        argv: [...runs(node), ...words, ...called, ...tls],
        directory: home,
        writes: servePaths.state,
        port: listen.port,
      }),
      'runs the dashboard',
    ),
  ];
}

const made = 'Made by evenkeel serve --install; the next one replaces it.';

/**
 * How Node.js is started for a dashboard (bin/evenkeel does the same). Of what a look at a large edge makes, all but a little is garbage with the
 * next one. V8 would let 128 MB of it lie in the young generation (Node.js 24: semi-spaces of up to 64 MB), and the old one grow fourfold before
 * it cleans up. So: semi-spaces, in MB, and by how much the heap may grow, in percent. Neither is a limit that an edge could be too large for.
 */
export const serveNodeFlags = [
  '--max-semi-space-size=4',
  '--heap-growing-percent=50',
  '--disable-warning=ExperimentalWarning',
] as const;

function runs(node: string): readonly [string, ...string[]] {
  return [node, ...serveNodeFlags, `${servePaths.program}/main.js`];
}

/** As the dashboard's own account, so that what it makes belongs to it; the edge file of its home is then the usual one. */
function commandScript(node: string): string {
  return `#!/bin/sh
# ${made}
set -eu
cd ${servePaths.home}
# For the commands that messages suggest.
export EVENKEEL_CALLED_AS=${servePaths.command}
exec runuser -u ${servePaths.user} -- ${runs(node).join(' ')} "$@"
`;
}
