import { readFile } from 'node:fs/promises';
import { Fault } from '../base/fault.ts';
import { runLocal } from '../hosts/process.ts';
import { cgroupProcesses, machineCgroup, unitCgroup } from './cgroup.ts';
import { insideArgv, leaderOf } from './inside.ts';
import { serviceUnits } from './lab-fault.ts';
import type { LabService } from './lab-fault.ts';

/** A service of a machine. */
export interface ServicePlace {
  readonly lab: string;
  readonly machine: string;
  readonly service: LabService;
}

/**
 * The process ids of a service, seen from this computer, straight from its cgroup: no command runs inside the machine, so the
 * moment of the fault is exact. `main` has only the one that the machine's systemd started. Throws `not-found` when it does
 * not run.
 */
export async function serviceProcesses(place: ServicePlace, which: 'main' | 'all'): Promise<readonly number[]> {
  const leader = await leaderOf(place.lab, place.machine);
  const unit = serviceUnits[place.service];
  const cgroup = await unitCgroup(await machineCgroup(place.lab, place.machine), unit);
  const all = cgroup === undefined ? [] : await cgroupProcesses(cgroup);
  const parents = await Promise.all(all.map(parentOf));
  const pids = which === 'all' ? all : all.filter((_, index) => parents[index] === leader);
  if (pids.length > 0) return pids;
  throw new Fault({
    code: 'not-found',
    message: `${unit} does not run on ${place.machine}`,
    host: place.machine,
    state: 'nothing was changed',
    next: `evenkeel lab fault start ${place.machine} ${place.service}`,
  });
}

/** Sends a signal to each process; those that ended meanwhile are no error. */
export function signalProcesses(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended by itself.
    }
  }
}

/** Runs `systemctl start` or `stop` inside the machine, without its network or sshd. */
export async function changeService(place: ServicePlace, verb: 'start' | 'stop'): Promise<void> {
  const leader = await leaderOf(place.lab, place.machine);
  const unit = serviceUnits[place.service];
  const run = (command: readonly [string, ...string[]]) =>
    runLocal({ argv: insideArgv(leader, command), terminal: 'shielded', timeoutMs: 120_000 });
  // A unit that died too often would refuse to start.
  if (verb === 'start') await run(['systemctl', 'reset-failed', unit]);
  const outcome = await run(['systemctl', verb, unit]);
  if (outcome.exitCode === 0) return;
  throw new Fault({
    code: 'command-failed',
    message: `${unit} did not ${verb} on ${place.machine}`,
    host: place.machine,
    command: ['systemctl', verb, unit],
    said: outcome.stderr.trim(),
    next: `evenkeel lab exec ${place.machine} -- journalctl --unit ${unit} --lines 20`,
  });
}

/** The processes of a machine that were stopped by a signal (state T in proc(5), stat). */
export async function stoppedProcesses(lab: string, machine: string): Promise<readonly number[]> {
  const pids = await cgroupProcesses(await machineCgroup(lab, machine));
  const states = await Promise.all(pids.map((pid) => statusField(pid, 'State')));
  return pids.filter((_, index) => states[index]?.startsWith('T') === true);
}

async function parentOf(pid: number): Promise<number> {
  return Number(await statusField(pid, 'PPid'));
}

async function statusField(pid: number, field: string): Promise<string> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return new RegExp(`^${field}:\\s+(.*)$`, 'm').exec(text)?.[1] ?? '';
}
