import { mkdir, readdir, readFile, rmdir, stat, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { Fault } from '../base/fault.ts';
import { belongsToLab, machineNamespace } from './lab-paths.ts';

/** Where the machines' cgroups are on this computer. */
export interface CgroupPlace {
  /** `systemd`: each machine is a transient service in machine.slice. `own`: we make the cgroups ourselves. */
  readonly kind: 'systemd' | 'own';
  /** The mount point of the cgroup2 hierarchy. */
  readonly mount: string;
  /** The folder that holds the machines' cgroups. */
  readonly folder: string;
}

/** How long a killed machine may take to be gone. */
const deathMs = 20_000;

/** Finds the cgroup2 hierarchy. Throws a Fault `kernel-feature-missing` when none is mounted. */
export async function cgroupPlace(): Promise<CgroupPlace> {
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map((line) => line.split(' '));
  const points = mounts.flatMap(([, point, type]) => (type === 'cgroup2' && point !== undefined ? [point] : []));
  const mount = points.find((point) => point === '/sys/fs/cgroup') ?? points[0];
  if (mount === undefined) {
    throw new Fault({
      code: 'kernel-feature-missing',
      message: 'no cgroup version 2 hierarchy is mounted on this computer',
      state: 'nothing was changed',
      next: 'mkdir -p /sys/fs/cgroup/unified && mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified',
    });
  }
  // sd_booted(3): this folder exists only where systemd is the init.
  if (await isFolder('/run/systemd/system')) return { kind: 'systemd', mount, folder: `${mount}/machine.slice` };
  return { kind: 'own', mount, folder: `${mount}/evenkeel` };
}

/** The name of a machine's cgroup inside `CgroupPlace.folder`. */
export function cgroupName(place: CgroupPlace, lab: string, machine: string): string {
  const name = machineNamespace(lab, machine);
  return place.kind === 'systemd' ? `${name}.service` : name;
}

/** The folder of a machine's cgroup. */
export async function machineCgroup(lab: string, machine: string): Promise<string> {
  const place = await cgroupPlace();
  return `${place.folder}/${cgroupName(place, lab, machine)}`;
}

/** The cgroup folders of the lab's machines that exist. */
export async function labCgroups(lab: string): Promise<readonly string[]> {
  const { folder } = await cgroupPlace();
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => belongsToLab(lab, name)).map((name) => `${folder}/${name}`);
}

/** The process ids in a cgroup and all cgroups below it. Empty when there is no such cgroup. */
export async function cgroupProcesses(folder: string): Promise<readonly number[]> {
  const own = await readFile(`${folder}/cgroup.procs`, 'utf8').catch(() => '');
  const below = await Promise.all((await childFolders(folder)).map(cgroupProcesses));
  return [
    ...own
      .split('\n')
      .filter((line) => line !== '')
      .map(Number),
    ...below.flat(),
  ];
}

/** The cgroup of a unit inside a machine's cgroup, e.g. `nginx.service`; undefined when it has no processes. */
export async function unitCgroup(machine: string, unit: string): Promise<string | undefined> {
  for (const folder of await childFolders(machine)) {
    if (folder.endsWith(`/${unit}`)) return folder;
    const found = await unitCgroup(folder, unit);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * The process id of a machine's systemd, seen from this computer: systemd moves itself to `init.scope` of the payload
 * that systemd-nspawn gave it. Undefined while it starts and when it does not run.
 */
export async function machineLeader(cgroup: string): Promise<number | undefined> {
  const text = await readFile(`${cgroup}/payload/init.scope/cgroup.procs`, 'utf8').catch(() => '');
  const pid = Number(text.split('\n')[0]);
  return pid > 0 ? pid : undefined;
}

/**
 * Kills everything in a cgroup at once, waits until it is gone, and removes the cgroup. A machine that was just starting may
 * join while that goes on: it is killed too, or finds no cgroup any more and ends by itself.
 */
export async function destroyCgroup(folder: string): Promise<void> {
  const deadline = performance.now() + deathMs;
  for (;;) {
    const pids = await cgroupProcesses(folder);
    if (pids.length > 0) await killCgroup(folder, pids);
    else if (await removeCgroup(folder)) return;
    if (performance.now() > deadline) {
      const what = pids.length > 0 ? `processes in ${folder} don't die: ${pids.join(' ')}` : `${folder} stays busy`;
      throw new Fault({ code: 'lab-machine-failed', message: what });
    }
    await wait(10);
  }
}

/** Makes a cgroup of our own. */
export async function createCgroup(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
}

/** Removes the folder that held the machines' cgroups, if it is ours and empty. */
export async function removeCgroupPlace(): Promise<void> {
  const place = await cgroupPlace();
  if (place.kind === 'own') await rmdir(place.folder).catch(() => undefined);
}

async function killCgroup(folder: string, pids: readonly number[]): Promise<void> {
  try {
    // cgroup.kill (Linux 5.14) leaves no process the time to notice that another one died.
    await writeFile(`${folder}/cgroup.kill`, '1');
  } catch {
    for (const pid of pids) killProcess(pid);
  }
}

/** Sends SIGKILL; a process that is gone is no error. */
export function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

/**
 * rmdir from the bottom; whether it is gone. The kernel needs a moment after the last process, a process may have joined
 * since the last look, and systemd removes the cgroup of a service itself, maybe at the same moment.
 */
async function removeCgroup(folder: string): Promise<boolean> {
  for (const child of await childFolders(folder)) if (!(await removeCgroup(child))) return false;
  try {
    await rmdir(folder);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') return true;
    if (code === 'EBUSY' || code === 'ENOTEMPTY') return false;
    throw error;
  }
}

async function childFolders(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => `${folder}/${entry.name}`);
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}
