import { readdir, readFile, readlink, rm } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { Emit } from '../base/event.ts';
import { runLocal } from '../hosts/process.ts';
import { killProcess } from './cgroup.ts';
import { imagesFolder } from './lab-paths.ts';

/** Unfinished builds: `building.NAME`. Never used, removed by the next build. */
export const unfinishedPrefix = 'building.';

/** How long the processes of a killed build may go on before they are killed, too. Usual: under 2 seconds. */
const patienceMs = 15_000;

/**
 * Removes what interrupted builds left. A build whose controller was killed a moment ago may still be at work: mmdebstrap
 * is told to end by the kernel then and cleans up by itself. It is waited for: two that write and remove in one folder
 * would both fail. The caller holds the lock of the images.
 */
export async function removeUnfinishedImages(emit: Emit): Promise<void> {
  const names = (await readdir(imagesFolder())).filter((name) => name.startsWith(unfinishedPrefix));
  for (const name of names) {
    const path = `${imagesFolder()}/${name}`;
    await awaitBuilders(path, emit);
    await removeImageFolder(path);
  }
}

/** Removes the folder of an image that nobody builds any more, with what is mounted there: a killed build leaves /proc, /sys and /dev. */
export async function removeImageFolder(path: string): Promise<void> {
  const mounts = await readFile('/proc/self/mounts', 'utf8');
  const inside = mounts.split('\n').flatMap((line) => line.split(' ')[1] ?? []);
  for (const mount of inside.filter((point) => point.startsWith(`${path}/`)).reverse()) {
    await runLocal({ argv: ['umount', '--lazy', mount] });
  }
  await rm(path, { recursive: true, force: true });
}

async function awaitBuilders(path: string, emit: Emit): Promise<void> {
  const began = performance.now();
  for (;;) {
    const pids = await builders(path);
    if (pids.length === 0) return;
    if (performance.now() - began > patienceMs) for (const pid of pids) killProcess(pid);
    const text = 'waiting for the end of an image build that was interrupted';
    emit({ code: 'note', level: 'progress', data: { text } });
    await wait(100);
  }
}

/** Processes whose arguments name the folder or something in it, or whose root is there. */
async function builders(path: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const isBuilder = await Promise.all(
    pids.map(async (pid) => {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      const root = await readlink(`/proc/${pid}/root`).catch(() => '');
      return command.includes(path) || root === path;
    }),
  );
  return pids.filter((_, index) => isBuilder[index] === true).map(Number);
}
