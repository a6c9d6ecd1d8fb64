import { execSetting, printUnit, remark, setting } from '../syntax/systemd-unit.ts';
import { madeBy } from './host-paths.ts';
import { sharedSandbox } from './sandbox.ts';

/** The unit of the dashboard. */
export const serveUnitName = 'evenkeel-serve.service';

/** What the unit of a dashboard needs to know. Paths are absolute. */
export interface ServeUnit {
  /** The edge's name. */
  readonly edge: string;
  /** Whose SSH keys reach the hosts, and who owns the state directory. */
  readonly user: string;
  /** Home directory of the user. */
  readonly home: string;
  /** What runs: program and words. */
  readonly argv: readonly [string, ...string[]];
  /** Where the edge file lies. */
  readonly directory: string;
  /** What it writes beside the edge file. It has to be there when the unit starts. */
  readonly writes: string;
  /** Where it listens; below 1024 it gets the right to. */
  readonly port: number;
}

/** The unit as text. Throws a plain Error for a path that can't stand in a unit. */
export function serveUnitText(unit: ServeUnit): string {
  const { edge, user, home, argv, directory, writes, port } = unit;
  const right = port > 0 && port < 1024 ? 'CAP_NET_BIND_SERVICE' : '';
  const atHome = [home, directory, ...argv].some((path) => /^\/(home|root|run\/user)(\/|$)/.test(path));
  return printUnit(
    [madeBy],
    [
      {
        name: 'Unit',
        entries: [
          setting('Description', `evenkeel: the dashboard of ${edge}`),
          remark('Serving and failover never need it.'),
          setting('Wants', 'network-online.target'),
          setting('After', 'network-online.target'),
        ],
      },
      {
        name: 'Service',
        entries: [
          execSetting('ExecStart', { argv, failure: 'fatal' }),
          setting('User', user),
          setting('WorkingDirectory', plainPath(directory)),
          setting('Restart', 'on-failure'),
          setting('RestartSec', '5'),
          remark('An edge file or flags that are refused are refused again.'),
          setting('RestartPreventExitStatus', '2'),
          remark('What it does on hosts ends or is undone first.'),
          setting('KillMode', 'mixed'),
          setting('TimeoutStopSec', '120'),
          remark('Compiled code, and the sockets of SSH connections.'),
          setting('CacheDirectory', 'evenkeel-serve'),
          setting('CacheDirectoryMode', '0700'),
          setting('RuntimeDirectory', 'evenkeel-serve'),
          setting('RuntimeDirectoryMode', '0700'),
          setting('Environment', 'XDG_CACHE_HOME=/var/cache/evenkeel-serve XDG_RUNTIME_DIR=/run/evenkeel-serve'),
          setting('UMask', '0077'),
          setting('MemoryMax', '512M'),
          setting('TasksMax', '1024'),
          setting('CapabilityBoundingSet', right),
          setting('AmbientCapabilities', right),
          ...sharedSandbox.filter((entry) => entry.kind !== 'setting' || entry.key !== 'ProtectHome'),
          remark(atHome ? 'The SSH keys, the program or the edge file lie there.' : 'Nothing it needs lies there.'),
          setting('ProtectHome', atHome ? 'read-only' : 'yes'),
          setting('ReadWritePaths', listedPath(writes)),
          setting('PrivateDevices', 'yes'),
          setting('ProtectKernelTunables', 'yes'),
          setting('RestrictRealtime', 'yes'),
          setting('RemoveIPC', 'yes'),
          setting('KeyringMode', 'private'),
          remark(
            'MemoryDenyWriteExecute stays off: Node.js makes code while it runs. ProtectProc too: it has to see who holds a lock.',
          ),
          setting('RestrictAddressFamilies', 'AF_UNIX AF_INET AF_INET6 AF_NETLINK'),
          setting('SystemCallFilter', '@system-service'),
          setting('SystemCallFilter', '~@privileged @resources'),
          setting('SystemCallErrorNumber', 'EPERM'),
        ],
      },
      { name: 'Install', entries: [setting('WantedBy', 'multi-user.target')] },
    ],
  );
}

/** A path as the value of a setting that takes one: it stands as it is, but `%` begins a specifier (systemd.unit(5)). */
function plainPath(path: string): string {
  if (!path.startsWith('/') || /[$"'\\\p{Cc}]/u.test(path))
    throw new Error(`no path for a unit: ${JSON.stringify(path)}`);
  return path.replaceAll('%', '%%');
}

/** A path as the value of a setting that takes a list: quoted where it has to be. */
function listedPath(path: string): string {
  const plain = plainPath(path);
  return /\s/.test(plain) ? `"${plain}"` : plain;
}
