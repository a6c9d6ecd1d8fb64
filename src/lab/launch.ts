import { readFile, stat } from 'node:fs/promises';
import { Fault } from '../base/fault.ts';
import { startDetached } from '../hosts/detached-process.ts';
import { runLocal } from '../hosts/process.ts';
import { cgroupName, cgroupPlace, createCgroup } from './cgroup.ts';
import type { CgroupPlace } from './cgroup.ts';
import { machineNamespace, machinePaths } from './lab-paths.ts';
import { namespaceFolder } from './network.ts';

/** Where each machine finds the Node.js of whoever started it: for what a drill runs on a machine. */
export const labNodePath = '/usr/local/lib/evenkeel-lab/node';

/** Which machine to start from which image. */
export interface Launch {
  readonly lab: string;
  readonly machine: string;
  readonly image: string;
}

/**
 * Runs in a mount namespace of its own, so that all mounts vanish with the machine. Arguments: the cgroup to join (or
 * empty), `fresh` or `present`, the overlay's options, its mount point, then systemd-nspawn's arguments.
 */
const script = `set -eu
cgroup=$1; hierarchy=$2; options=$3; root=$4; shift 4
if [ -n "$cgroup" ]; then echo 0 > "$cgroup/cgroup.procs"; fi
mount -t overlay -o "$options" overlay "$root"
if [ "$hierarchy" = fresh ]; then mount -t cgroup2 cgroup2 /sys/fs/cgroup; fi
mkdir -p /run/systemd/nspawn
mount -t tmpfs tmpfs /run/systemd/nspawn
exec systemd-nspawn "$@"
`;

/** What systemd-nspawn reads from its environment. */
const environment: Readonly<Record<string, string>> = {
  // /proc/sys/net is read-only otherwise, and the machine could not set its own sysctls.
  SYSTEMD_NSPAWN_API_VFS_WRITABLE: 'network',
  // Nobody else uses the folder, and a lock file would stay behind a killed machine.
  SYSTEMD_NSPAWN_LOCK: '0',
};

/** Starts a machine that outlives this program. Its network namespace and files are there. Does not wait for it. */
export async function launchMachine(launch: Launch): Promise<void> {
  const place = await cgroupPlace();
  const name = machineNamespace(launch.lab, launch.machine);
  const { console: log } = machinePaths(launch.lab, launch.machine);
  const cgroup = `${place.folder}/${cgroupName(place, launch.lab, launch.machine)}`;
  const inner = await launchArguments(launch, { place, cgroup });
  switch (place.kind) {
    case 'own':
      await createCgroup(cgroup);
      await startDetached({ argv: inner, env: environment, logPath: log });
      return;
    case 'systemd':
      await startService([
        'systemd-run',
        '--quiet',
        '--collect',
        `--unit=${name}.service`,
        `--description=evenkeel lab ${launch.lab}, machine ${launch.machine}`,
        '--slice=machine.slice',
        // As in systemd-nspawn@.service: the machine's systemd rules over what is below.
        '--property=Delegate=yes',
        '--property=KillMode=mixed',
        '--property=TasksMax=16384',
        `--property=StandardOutput=append:${log}`,
        `--property=StandardError=append:${log}`,
        ...Object.entries(environment).map(([key, value]) => `--setenv=${key}=${value}`),
        '--',
        ...inner,
      ]);
  }
}

interface LaunchPlace {
  readonly place: CgroupPlace;
  readonly cgroup: string;
}

async function launchArguments(launch: Launch, { place, cgroup }: LaunchPlace): Promise<[string, ...string[]]> {
  const name = machineNamespace(launch.lab, launch.machine);
  const paths = machinePaths(launch.lab, launch.machine);
  for (const path of [launch.image, paths.folder]) {
    if (/[,:\\]/.test(path)) throw new Error(`overlayfs can't take this path: ${path}`);
  }
  return [
    'unshare',
    '--mount',
    '--propagation=slave',
    'sh',
    '-c',
    script,
    'evenkeel-lab',
    place.kind === 'own' ? cgroup : '',
    place.mount === '/sys/fs/cgroup' ? 'present' : 'fresh',
    `lowerdir=${launch.image},upperdir=${paths.upper},workdir=${paths.work}`,
    paths.root,
    '--quiet',
    '--boot',
    '--settings=no',
    `--directory=${paths.root}`,
    `--machine=${name}`,
    `--hostname=${launch.machine}`,
    '--keep-unit',
    '--register=no',
    `--network-namespace-path=${namespaceFolder}/${name}`,
    // Not granted beside a namespace path otherwise.
    '--capability=CAP_NET_ADMIN',
    // What systemd gives to a machine it started itself; otherwise the limit of whoever typed the command counts.
    '--rlimit=RLIMIT_NOFILE=1024:524288',
    '--console=pipe',
    '--link-journal=no',
    '--resolv-conf=off',
    '--timezone=off',
    // A colon would end the path (systemd-nspawn(1)).
    `--bind-ro=${process.execPath.replaceAll(/[\\:]/g, String.raw`\$&`)}:${labNodePath}`,
  ];
}

async function startService(argv: readonly [string, ...string[]]): Promise<void> {
  const outcome = await runLocal({ argv, terminal: 'shielded' });
  if (outcome.exitCode === 0) return;
  throw new Fault({
    code: 'lab-machine-failed',
    message: 'systemd-run could not start a machine',
    command: argv.slice(0, 5),
    said: outcome.stderr.trim(),
  });
}

/** The last lines a machine's console said, for an error message. */
export async function consoleTail(lab: string, machine: string): Promise<string> {
  const path = machinePaths(lab, machine).console;
  const present = await stat(path).catch(() => undefined);
  if (present === undefined) return '';
  const text = await readFile(path, 'utf8');
  // Colours and cursor movements of systemd's boot screen.
  // oxlint-disable-next-line no-control-regex
  const plain = text.replaceAll(/\u001B\[[0-9;?]*[A-Za-z]|\u001B[()][A-Z0-9]|\r/g, '');
  return plain.trim().split('\n').slice(-12).join('\n');
}
