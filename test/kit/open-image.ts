import { spawn } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ignoreEvents } from '../../src/base/event.ts';
import { runLocal } from '../../src/hosts/process.ts';
import type { LocalOutcome } from '../../src/hosts/process.ts';
import { buildImage } from '../../src/lab/image.ts';
import { poolsSocketFolder } from '../../src/model/pools-document.ts';
import type { Release } from '../../src/base/release.ts';

type Argv = readonly [string, ...string[]];

/** What to put in: path, bytes, permission bits. A DesiredFile is one of these. */
export interface ImageFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly mode: number;
}

/** The lab's image of a release as a throw-away root, with a network and processes of its own. Not booted. */
export interface OpenImage {
  readonly release: Release;
  /** Where its files are seen from this computer. */
  readonly path: string;
  /** Runs a program of the image as root, with the image as its root. */
  run(argv: Argv, stdin?: string | Uint8Array): Promise<LocalOutcome>;
  /** Starts a daemon of the image: ends when the program has gone into the background. What it said is in `stderr`. */
  start(argv: Argv): Promise<LocalOutcome>;
  /** Runs a program of this computer in its network. */
  runInNetwork(argv: Argv, stdin?: string | Uint8Array): Promise<LocalOutcome>;
  /** The argv that starts a program of this computer in its network, for a process that goes on. */
  networkArgv(argv: Argv): Argv;
  /** Writes files, owned by root, with the folders they need. */
  write(files: readonly ImageFile[]): Promise<void>;
  /** Ends every process in it; its mounts, network and files go with them. */
  close(): Promise<void>;
}

const root = '/mnt/root';

/**
 * All mounts live in a mount namespace on a tmpfs, and the first process of the process namespace waits for the end of
 * its standard input. So nothing is left when this process dies, however it dies.
 */
const setup = `set -e
mount -t tmpfs tmpfs /mnt
mkdir /mnt/upper /mnt/work ${root}
mount -t overlay overlay -o "lowerdir=$1,upperdir=/mnt/upper,workdir=/mnt/work" ${root}
mount --rbind /dev ${root}/dev
mount -t proc proc ${root}/proc
mount -t tmpfs tmpfs ${root}/run
# As tmpfiles would at a boot: NGINX binds its socket in here even to look at its files.
mkdir -p -m 0750 ${root}${poolsSocketFolder}
ip link set lo up
echo ready
exec cat >/dev/null
`;

/** A daemon keeps what it was given as standard error; it must not be our pipe, whose end we wait for. */
const start = '"$@" >/tmp/said 2>&1; code=$?; cat /tmp/said >&2; exit $code';

/** Opens the image of a release; builds it first where the lab has not done so yet. Needs root. */
export async function openImage(release: Release): Promise<OpenImage> {
  const image = await buildImage(release, ignoreEvents);
  const holder = spawn(
    'unshare',
    ['--mount', '--net', '--pid', '--fork', '--kill-child', '--', 'sh', '-c', setup, 'sh', image],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  const ended = new Promise<void>((resolve) => holder.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    let said = '';
    holder.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    holder.stdout.once('data', () => resolve());
    holder.once('exit', () => reject(new Error(`no chroot of ${image}: ${said}`)));
  });
  const children = await readFile(`/proc/${holder.pid}/task/${holder.pid}/children`, 'utf8');
  const init = children.trim();
  const path = `/proc/${init}/root${root}`;
  const networkArgv = (argv: Argv): Argv => ['nsenter', `--net=/proc/${init}/ns/net`, '--', ...argv];
  const run = (argv: Argv, stdin?: string | Uint8Array): Promise<LocalOutcome> =>
    runLocal({
      argv: ['nsenter', '-t', init, '--mount', '--net', '--pid', '--', 'chroot', root, ...argv],
      timeoutMs: 120_000,
      ...(stdin === undefined ? {} : { stdin }),
    });
  return {
    release,
    path,
    networkArgv,
    run,
    start: (argv) => run(['sh', '-c', start, 'sh', ...argv]),
    runInNetwork: (argv, stdin) =>
      runLocal({ argv: networkArgv(argv), timeoutMs: 120_000, ...(stdin === undefined ? {} : { stdin }) }),
    write: async (files) => {
      for (const file of files) {
        await mkdir(dirname(path + file.path), { recursive: true });
        await writeFile(path + file.path, file.bytes);
        await chmod(path + file.path, file.mode);
      }
    },
    close: async () => {
      holder.stdin.end();
      await ended;
    },
  };
}
