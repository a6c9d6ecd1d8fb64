import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { isObject, numberAt, parseJson, textAt } from '../facts/fields.ts';

/** Who applies: a process on somebody's computer. Written into the lock of each host. */
export interface Controller {
  /** Random; names this apply. */
  readonly token: string;
  readonly user: string;
  readonly machine: string;
  /** Names one run of the machine's kernel; empty where there is none. */
  readonly boot: string;
  readonly pid: number;
  /** Clock ticks from boot to the start of the process (proc(5), stat field 22); tells a reused pid. */
  readonly started: string;
  /** ISO 8601, UTC. */
  readonly since: string;
}

/** This process as a controller. */
export async function thisController(now: Date): Promise<Controller> {
  return {
    token: randomBytes(8).toString('hex'),
    user: userInfo().username,
    machine: hostname(),
    boot: await bootId(),
    pid: process.pid,
    started: await startOf(process.pid),
    since: now.toISOString(),
  };
}

/** A controller as one line of text. */
export function printController(controller: Controller): string {
  return JSON.stringify(controller);
}

/** Reads what `printController` wrote; undefined for anything else. */
export function parseController(text: string): Controller | undefined {
  const value = parseJson(text);
  if (!isObject(value)) return undefined;
  return {
    token: textAt(value, 'token'),
    user: textAt(value, 'user'),
    machine: textAt(value, 'machine'),
    boot: textAt(value, 'boot'),
    pid: numberAt(value, 'pid'),
    started: textAt(value, 'started'),
    since: textAt(value, 'since'),
  };
}

/** Whether a controller is known to be dead: it ran on this computer and is no longer there. */
export async function isKnownDead(controller: Controller): Promise<boolean> {
  const boot = await bootId();
  if (boot === '' || controller.machine !== hostname()) return false;
  if (controller.boot !== boot) return true;
  return (await startOf(controller.pid)) !== controller.started;
}

async function bootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim();
}

/** Empty when there is no such process. The name in brackets may hold blanks and brackets itself. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
