import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Fault } from '../base/fault.ts';
import { runLocal } from '../hosts/process.ts';
import { cgroupProcesses, destroyCgroup, machineCgroup, machineLeader } from './cgroup.ts';
import type { LabDefinition, LabMachine } from './definition.ts';
import { insideArgv } from './inside.ts';
import { labPaths, machinePaths } from './lab-paths.ts';
import { consoleTail, launchMachine } from './launch.ts';
import { machineFiles } from './machine-files.ts';
import { connectMachine, disconnectMachine } from './network.ts';
import { sshArgv } from './ssh-files.ts';

/** How long a machine may take to answer. Usual: 2 to 5 seconds. */
const bootMs = 90_000;
/** How long a machine may take before its first process shows. */
const launchMs = 10_000;
const pollMs = 25;

/** Makes the disk of a machine: an empty layer with the files that set it apart. */
export async function prepareMachine(definition: LabDefinition, machine: LabMachine, image: string): Promise<void> {
  const paths = machinePaths(definition.name, machine.name);
  for (const folder of [paths.upper, paths.work, paths.root]) await mkdir(folder, { recursive: true, mode: 0o755 });
  const [hostKey, hostKeyPublic, clientKeyPublic, passwd, group, shadow] = await Promise.all(
    [
      paths.hostKey,
      `${paths.hostKey}.pub`,
      `${labPaths(definition.name).clientKey}.pub`,
      `${image}/etc/passwd`,
      `${image}/etc/group`,
      `${image}/etc/shadow`,
    ].map((path) => readFile(path, 'utf8')),
  );
  const files = machineFiles(machine, {
    machineId: randomBytes(16).toString('hex'),
    hostKey: hostKey ?? '',
    hostKeyPublic: hostKeyPublic ?? '',
    clientKeyPublic: clientKeyPublic ?? '',
    passwd: passwd ?? '',
    group: group ?? '',
    shadow: shadow ?? '',
  });
  for (const file of files) {
    const path = `${paths.upper}${file.path}`;
    await makeFolder(dirname(file.path), { image, upper: paths.upper, uid: file.uid });
    await writeFile(path, file.content);
    await chown(path, file.uid, file.uid);
    await chmod(path, file.mode);
  }
}

/**
 * Makes a folder of the layer. It hides the image's folder of that name, so it gets that one's owner and mode; a folder
 * that the image lacks is a user's own.
 */
async function makeFolder(path: string, { image, upper, uid }: LayerFolder): Promise<void> {
  if (path === '/') return;
  await makeFolder(dirname(path), { image, upper, uid });
  const made = await mkdir(`${upper}${path}`, { recursive: true });
  if (made === undefined) return;
  const below = await stat(`${image}${path}`).catch(() => undefined);
  await chown(made, below?.uid ?? uid, below?.gid ?? uid);
  await chmod(made, below === undefined ? 0o700 : below.mode & 0o7777);
}

interface LayerFolder {
  readonly image: string;
  readonly upper: string;
  readonly uid: number;
}

/** Connects and starts a machine, and waits until it answers over SSH and its systemd has started everything. */
export async function startMachine(
  definition: LabDefinition,
  machine: LabMachine,
  { image, signal }: { readonly image: string; readonly signal?: AbortSignal | undefined },
): Promise<readonly string[]> {
  await connectMachine(definition, machine);
  await launchMachine({ lab: definition.name, machine: machine.name, image });
  const leader = await waitForSshPort(definition.name, machine.name, signal);
  await assertSsh(definition.name, machine.name, signal);
  return failedUnits(leader, signal);
}

/** Ends a machine as a power cut does. Its disk stays, its addresses do not. */
export async function cutPower(lab: string, machine: string): Promise<void> {
  await destroyCgroup(await machineCgroup(lab, machine));
  await disconnectMachine(lab, machine);
}

/** Returns the process id of the machine's systemd when something listens on the SSH port. */
async function waitForSshPort(lab: string, machine: string, signal: AbortSignal | undefined): Promise<number> {
  const cgroup = await machineCgroup(lab, machine);
  const started = performance.now();
  let seen = false;
  for (;;) {
    if (signal?.aborted === true)
      throw new Fault({ code: 'interrupted', message: `starting ${machine} was interrupted` });
    const leader = await machineLeader(cgroup);
    if (leader !== undefined && (await listensOnSsh(leader))) return leader;
    const age = performance.now() - started;
    const alive = (await cgroupProcesses(cgroup)).length > 0;
    seen ||= alive;
    const died = !alive && (seen || age > launchMs);
    if (died || age > bootMs) {
      throw new Fault({
        code: 'lab-machine-failed',
        message: died ? `${machine} ended while it started` : `${machine} did not start within ${bootMs / 1000} s`,
        host: machine,
        said: await consoleTail(lab, machine),
      });
    }
    await wait(pollMs);
  }
}

/** Reads the machine's sockets from /proc (proc(5), net/tcp): state 0A is LISTEN, 0016 is port 22. */
async function listensOnSsh(leader: number): Promise<boolean> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/${leader}/net/${name}`, 'utf8').catch(() => '')),
  );
  return tables.some((table) => /^ *\d+: [0-9A-F]+:0016 [0-9A-F]+:0000 0A /m.test(table));
}

async function assertSsh(lab: string, machine: string, signal: AbortSignal | undefined): Promise<void> {
  const argv = sshArgv(lab, machine, { command: ['true'] });
  const [ssh, ...rest] = argv;
  const outcome = await runLocal({
    argv: [ssh, '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=20', ...rest],
    terminal: 'shielded',
    timeoutMs: bootMs,
    ...(signal === undefined ? {} : { signal }),
  });
  if (outcome.exitCode === 0) return;
  throw new Fault({
    code: 'lab-machine-failed',
    message: `${machine} runs but does not answer over SSH`,
    host: machine,
    command: argv,
    said: outcome.stderr.trim(),
  });
}

/** Waits until systemd has started everything, and returns the units that failed. */
async function failedUnits(leader: number, signal: AbortSignal | undefined): Promise<readonly string[]> {
  const run = (command: readonly [string, ...string[]]) =>
    runLocal({
      argv: insideArgv(leader, command),
      terminal: 'shielded',
      timeoutMs: bootMs,
      ...(signal === undefined ? {} : { signal }),
    });
  const state = await run(['systemctl', 'is-system-running', '--wait']);
  if (state.stdout.trim() === 'running') return [];
  const failed = await run(['systemctl', 'list-units', '--failed', '--plain', '--no-legend']);
  const units = failed.stdout.split('\n').flatMap((line) => line.split(' ')[0] || []);
  return units.length === 0 ? [`systemd: ${state.stdout.trim()}`] : units;
}
