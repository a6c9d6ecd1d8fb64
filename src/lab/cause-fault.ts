import type { Emit } from '../base/event.ts';
import { Fault } from '../base/fault.ts';
import { failure, type Result, success } from '../base/result.ts';
import { takeFileLock } from '../hosts/file-lock.ts';
import { runLocal } from '../hosts/process.ts';
import { machineCgroup, machineLeader } from './cgroup.ts';
import type { LabDefinition, LabMachine } from './definition.ts';
import { leaderOf } from './inside.ts';
import { faultMachines, standingFaults } from './lab-fault.ts';
import type { LabFault, LabService } from './lab-fault.ts';
import { labNamespace, labPaths } from './lab-paths.ts';
import { runningState } from './lab-status.ts';
import { cutPower, startMachine } from './machine.ts';
import { changeService, serviceProcesses, signalProcesses, stoppedProcesses } from './machine-service.ts';
import { namespaceFolder, setCables } from './network.ts';
import { faultRules } from './fault-rules.ts';
import { assertRoot } from './root.ts';
import { writeLabState } from './state.ts';
import type { LabState } from './state.ts';

/** When a fault was caused, in milliseconds since the epoch: it took effect between the two. */
export interface FaultMoment {
  readonly before: number;
  readonly after: number;
}

/**
 * Does something to a running lab. It is written down before it is done, so that `labHeal` knows of it even if this program
 * dies in between. Throws `lab-not-running`, `not-found` for a machine or service that is not there.
 */
export async function labFault(lab: string, fault: LabFault): Promise<FaultMoment> {
  assertRoot('cause a fault in the lab');
  return withState(lab, async (state) => {
    assertThere(state.definition, fault);
    const faults = standingFaults(state.faults, fault);
    const act = await prepare(fault, { ...state, faults });
    await writeLabState({ ...state, faults });
    const before = Date.now();
    await act();
    return { before, after: Date.now() };
  });
}

/**
 * Finds out everything that can be known before, and throws if the fault can't be caused; the result causes it. The fault
 * is already among the state's faults.
 */
async function prepare(fault: LabFault, state: LabState): Promise<() => Promise<void>> {
  const { definition, image } = state;
  const lab = definition.name;
  switch (fault.kind) {
    case 'kill': {
      const pids = await serviceProcesses({ lab, ...fault }, fault.processes);
      // Children first: keepalived's VRRP process would hear of its parent's death and take its leave (PR_SET_PDEATHSIG).
      const youngestFirst = pids.toSorted((a, b) => b - a);
      return async () => signalProcesses(youngestFirst, 'SIGKILL');
    }
    case 'hang': {
      const pids = await serviceProcesses({ lab, ...fault }, 'all');
      return async () => signalProcesses(pids, 'SIGSTOP');
    }
    case 'resume': {
      const pids = await serviceProcesses({ lab, ...fault }, 'all');
      return async () => signalProcesses(pids, 'SIGCONT');
    }
    case 'stop':
    case 'start':
      await leaderOf(lab, fault.machine);
      return () => changeService({ lab, ...fault }, fault.kind);
    case 'power-off': {
      const machine = machineNamed(definition, fault.machine);
      const on = (await machineLeader(await machineCgroup(lab, machine.name))) !== undefined;
      return async () => {
        if (on) await setCables(definition, machine, 'down');
        await cutPower(lab, machine.name);
      };
    }
    case 'power-on': {
      const machine = machineNamed(definition, fault.machine);
      const on = (await machineLeader(await machineCgroup(lab, machine.name))) !== undefined;
      return async () => {
        if (!on) await powerOn(machine, { definition, image });
      };
    }
    case 'link-down':
    case 'link-up': {
      const machine = machineNamed(definition, fault.machine);
      await leaderOf(lab, machine.name);
      return () => setCables(definition, machine, fault.kind === 'link-up' ? 'up' : 'down');
    }
    case 'partition':
    case 'join':
    case 'gateway-down':
    case 'gateway-up':
      return () => applyRules(state);
  }
}

/**
 * Undoes everything faults did: partitions, lost routers, pulled cables, hanging processes, machines that are off, services that were
 * stopped or killed. Returns when all machines answer. Works in any program, also after the one that caused them is gone.
 */
export async function labHeal(lab: string, emit: Emit, signal?: AbortSignal): Promise<void> {
  assertRoot('heal the lab');
  await withState(lab, async (state) => {
    const { definition, image, faults } = state;
    await applyRules({ ...state, faults: [] });
    const results = await Promise.allSettled(
      definition.machines.map(async (machine) => {
        const leader = await machineLeader(await machineCgroup(lab, machine.name));
        if (leader === undefined) {
          await powerOn(machine, { definition, image, signal });
          return;
        }
        await setCables(definition, machine, 'up');
        signalProcesses(await stoppedProcesses(lab, machine.name), 'SIGCONT');
        for (const service of servicesToStart(faults, machine.name)) {
          await changeService({ lab, machine: machine.name, service }, 'start');
        }
      }),
    );
    for (const result of results) {
      if (result.status === 'rejected') throw result.reason;
    }
    await writeLabState({ ...state, faults: [] });
  });
  emit({ code: 'note', level: 'info', data: { text: `the lab ${lab} is healed` } });
}

function servicesToStart(faults: readonly LabFault[], machine: string): readonly LabService[] {
  const services = faults.flatMap((fault) =>
    (fault.kind === 'stop' || fault.kind === 'kill') && fault.machine === machine ? [fault.service] : [],
  );
  return [...new Set(services)];
}

interface Power {
  readonly definition: LabDefinition;
  readonly image: string;
  readonly signal?: AbortSignal | undefined;
}

async function powerOn(machine: LabMachine, { definition, image, signal }: Power): Promise<void> {
  // A machine that ended by itself left its namespace with all addresses it had.
  await cutPower(definition.name, machine.name);
  await startMachine(definition, machine, { image, signal });
}

/** Whether this kernel can lose packets as these faults want; the failure says why not, as a sentence. Changes nothing. */
export async function packetsCanBeLost(lab: string, faults: readonly LabFault[]): Promise<Result<undefined, string>> {
  const { definition } = await runningState(lab);
  const outcome = await runLocal({
    argv: nft(lab, ['--check']),
    stdin: faultRules(definition, faults),
    terminal: 'shielded',
  });
  if (outcome.exitCode === 0) return success(undefined);
  return failure(`the kernel of this computer can't drop packets with nftables: ${firstLine(outcome.stderr)}`);
}

async function applyRules(state: LabState): Promise<void> {
  const argv = nft(state.definition.name, []);
  const stdin = faultRules(state.definition, state.faults);
  const outcome = await runLocal({ argv, stdin, terminal: 'shielded' });
  if (outcome.exitCode === 0) return;
  throw new Fault({
    code: 'kernel-feature-missing',
    message: 'nftables could not drop what the fault loses in the lab',
    command: argv,
    said: outcome.stderr.trim(),
    next: 'modprobe nf_tables',
  });
}

function nft(lab: string, flags: readonly string[]): readonly [string, ...string[]] {
  return ['nsenter', `--net=${namespaceFolder}/${labNamespace(lab)}`, 'nft', ...flags, '--file', '-'];
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}

async function withState<T>(lab: string, work: (state: LabState) => Promise<T>): Promise<T> {
  await runningState(lab);
  const lock = await takeFileLock(labPaths(lab).lock);
  try {
    return await work(await runningState(lab));
  } finally {
    await lock.release();
  }
}

/** Throws `not-found` when the lab has no such machine or router. */
function assertThere(definition: LabDefinition, fault: LabFault): void {
  for (const name of faultMachines(fault)) machineNamed(definition, name);
  if (!('network' in fault) || definition.networks.some((network) => network.name === fault.network)) return;
  const known = definition.networks.map((network) => network.name).join(', ');
  throw new Fault({
    code: 'not-found',
    message: `the lab ${definition.name} has no network named ${fault.network}`,
    state: 'nothing was changed',
    next: `name one of: ${known}`,
  });
}

function machineNamed(definition: LabDefinition, name: string): LabMachine {
  const machine = definition.machines.find((candidate) => candidate.name === name);
  if (machine !== undefined) return machine;
  const known = definition.machines.map((candidate) => candidate.name).join(', ');
  throw new Fault({
    code: 'not-found',
    message: `the lab ${definition.name} has no machine named ${name}`,
    state: 'nothing was changed',
    next: `name one of: ${known}`,
  });
}
