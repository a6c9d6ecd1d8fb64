import { ignoreEvents } from '../../src/base/event.ts';
import { runLocal } from '../../src/hosts/process.ts';
import type { LocalOutcome } from '../../src/hosts/process.ts';
import { buildImage } from '../../src/lab/image.ts';
import type { DesiredFile } from '../../src/render/desired-file.ts';
import type { Release } from '../../src/base/release.ts';

/** What to run in a copy of a lab image that is thrown away. */
export interface ChrootRun {
  /** Whose image; it is built first where the lab has not done so yet, and never written to. */
  readonly release: Release;
  /** Files put into the copy before the script runs. */
  readonly files: readonly Pick<DesiredFile, 'path' | 'mode' | 'owner' | 'bytes'>[];
  /** Path in the copy -> file of this computer that is seen there: for what is too large to be written. */
  readonly binds?: ReadonlyMap<string, string>;
  /** Addresses with prefix, put on the interface eth0 of a network namespace of its own. */
  readonly addresses?: readonly string[];
  /** A script for the image's /bin/sh. */
  readonly script: string;
}

/**
 * Runs a script as root in an overlay of the image, in namespaces of its own (mounts, network, processes). Everything it
 * makes lives in those namespaces and in a tmpfs, so it is gone with the process, however that ends.
 */
export async function runInImage(run: ChrootRun): Promise<LocalOutcome> {
  const image = await buildImage(run.release, ignoreEvents);
  const files = run.files.map((file) =>
    [file.mode.toString(8), file.owner, `_${Buffer.from(file.bytes).toString('base64')}`, file.path].join(' '),
  );
  return runLocal({
    argv: [
      ...([
        'unshare',
        '--mount',
        '--net',
        '--pid',
        '--ipc',
        '--fork',
        '--kill-child',
        'sh',
        '-euc',
        outside,
        'sh',
      ] as const),
      image,
      inside,
      run.script,
      [...(run.binds ?? [])].map(([path, source]) => `${source} ${path}`).join('\n'),
      ...(run.addresses ?? []),
    ],
    stdin: `${files.join('\n')}\n`,
    timeoutMs: 120_000,
  });
}

/** Makes the overlay and the interface, then enters. The veth's other end stays in the same namespace: eth0 has carrier. */
const outside = `
image=$1 inside=$2 script=$3 binds=$4
shift 4
mount -t tmpfs tmpfs /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay overlay -o "lowerdir=$image,upperdir=/mnt/upper,workdir=/mnt/work" /mnt/root
mount -t proc proc /mnt/root/proc
mount -t sysfs sysfs /mnt/root/sys
mount -t tmpfs tmpfs /mnt/root/run
mount --rbind /dev /mnt/root/dev
printf '%s\\n' "$binds" | while read -r source path; do
  [ -n "$path" ] || continue
  mkdir -p "/mnt/root$(dirname "$path")"
  touch "/mnt/root$path"
  mount --bind "$source" "/mnt/root$path"
done
ip link set lo up
ip link add eth0 type veth peer name other
ip link set eth0 up
ip link set other up
for address in "$@"; do
  case $address in
    *:*) ip address add "$address" dev eth0 nodad ;;
    *) ip address add "$address" dev eth0 ;;
  esac
done
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 chroot /mnt/root sh -euc "$inside" sh "$script"
`;

/** Writes the files, then runs the script with nothing on its standard input. */
const inside = `
while read -r mode owner content path; do
  [ -n "$path" ] || continue
  mkdir -p "$(dirname "$path")"
  printf '%s' "\${content#_}" | base64 -d >"$path"
  chown "$owner" "$path"
  chmod "$mode" "$path"
done
exec sh -euc "$1" </dev/null
`;
