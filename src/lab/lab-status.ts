import { Fault } from '../base/fault.ts';
import type { Release } from '../base/release.ts';
import { machineCgroup, machineLeader } from './cgroup.ts';
import type { LabRole } from './definition.ts';
import type { LabFault } from './lab-fault.ts';
import { labNamespace, labPaths, machineNamespace } from './lab-paths.ts';
import { labNamespaces } from './network.ts';
import { assertRoot } from './root.ts';
import { machineAddresses } from './ssh-files.ts';
import { labFolders, readLabState } from './state.ts';
import type { LabState } from './state.ts';

/** One machine of a lab as it is now. */
export interface LabHostStatus {
  readonly name: string;
  readonly role: LabRole;
  /** Its own addresses without prefix; not those that keepalived adds. */
  readonly addresses: readonly string[];
  /** What `ip netns exec` enters. It is there only while the machine runs. */
  readonly namespace: string;
  readonly running: boolean;
  /** Its systemd's process id on this computer; null when it is off. */
  readonly pid: number | null;
  /** For `ssh -F FILE NAME`. */
  readonly sshConfig: string;
}

/** A lab as it is now; `evenkeel lab status --json` prints it. */
export interface LabStatus {
  readonly name: string;
  readonly release: Release;
  /** All machines run. */
  readonly running: boolean;
  /** The namespace with the lab's bridges and gateways, from which all machines are reached. */
  readonly namespace: string;
  readonly sshConfig: string;
  readonly hosts: readonly LabHostStatus[];
  /** Faults that were caused and stand. */
  readonly faults: readonly LabFault[];
}

/** The status of a lab; undefined when there is none or only the remains of one. */
export async function labStatus(lab: string): Promise<LabStatus | undefined> {
  const state = await readLabState(lab);
  if (state === undefined || state.phase !== 'running') return undefined;
  if (!(await labNamespaces(lab)).includes(labNamespace(lab))) return undefined;
  const { definition } = state;
  const { sshConfig } = labPaths(lab);
  const hosts = await Promise.all(
    definition.machines.map(async (machine) => {
      const pid = await machineLeader(await machineCgroup(lab, machine.name));
      return {
        name: machine.name,
        role: machine.role,
        addresses: machineAddresses(machine),
        namespace: machineNamespace(lab, machine.name),
        running: pid !== undefined,
        pid: pid ?? null,
        sshConfig,
      };
    }),
  );
  return {
    name: lab,
    release: definition.release,
    running: hosts.every((host) => host.running),
    namespace: labNamespace(lab),
    sshConfig,
    hosts,
    faults: state.faults,
  };
}

/** The status of every lab on this computer. */
export async function listLabs(): Promise<readonly LabStatus[]> {
  const labs = await Promise.all((await labFolders()).map(labStatus));
  return labs.filter((status) => status !== undefined);
}

/**
 * The status of a lab that is up; single machines may be off. Throws a Fault `lab-not-running` otherwise, and `not-root`
 * to others than root: they can't even see whether it runs.
 */
export async function assertLabRunning(lab: string): Promise<LabStatus> {
  assertRoot('use a lab');
  const status = await labStatus(lab);
  if (status !== undefined) return status;
  throw labNotRunning(lab);
}

/** The state of a lab that is up. Throws a Fault `lab-not-running` otherwise. */
export async function runningState(lab: string): Promise<LabState> {
  const state = await readLabState(lab);
  if (state !== undefined && (await labStatus(lab)) !== undefined) return state;
  throw labNotRunning(lab);
}

function labNotRunning(lab: string): Fault {
  return new Fault({
    code: 'lab-not-running',
    message: `the lab ${lab} is not running`,
    next: 'evenkeel lab up',
  });
}
