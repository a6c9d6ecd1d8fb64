import { Fault } from '../base/fault.ts';
import { failure, type Result, success } from '../base/result.ts';
import type { Host } from '../hosts/host.ts';
import { labFault, packetsCanBeLost } from '../lab/cause-fault.ts';
import { machineCgroup, machineLeader } from '../lab/cgroup.ts';
import { leaderOf } from '../lab/inside.ts';
import type { LabFault } from '../lab/lab-fault.ts';
import { labStatus, type LabStatus } from '../lab/lab-status.ts';
import { serviceProcesses } from '../lab/machine-service.ts';
import type { Model } from '../model/model.ts';
import type { Causer, Moment } from './causer.ts';
import type { DrillFault, DrillStep } from './drill-fault.ts';
import { strangers } from './drill-faults.ts';
import { impossibleStep, mustRun } from './step-order.ts';
import { causeInOrder, healInOrder } from './step-walk.ts';
import { runStepCommand } from './step-command.ts';

/** What a causer in a lab needs. */
export interface LabCauserOptions {
  readonly model: Model;
  /** The lab's name (`labName`). */
  readonly lab: string;
  /** Ways to the lab's machines, for steps that are commands. */
  readonly hosts: ReadonlyMap<string, Host>;
}

/** Causes faults in a running lab from outside its machines. */
export function labCauser(options: LabCauserOptions): Causer {
  const { model, lab } = options;
  return {
    place: 'lab',
    async canCause(fault) {
      const unknown = strangers(model, fault, 'lab');
      if (unknown.length > 0) return failure(`${unknown.join(', ')} is no machine of the lab`);
      const impossible = impossibleStep(fault.cause);
      if (impossible !== undefined) return failure(impossible);
      const status = await labStatus(lab);
      if (status === undefined) return failure(`the lab ${lab} is not running`);
      return stepsPossible(lab, status, fault);
    },
    async cause(fault) {
      // Once more: it may have died since.
      await assertRunning(lab, fault);
      return causeInOrder(fault.cause, (step) => act(options, step));
    },
    heal: (fault) => healInOrder(fault.heal, (step) => healStep(options, step)),
  };
}

async function stepsPossible(lab: string, status: LabStatus, fault: DrillFault): Promise<Result<undefined, string>> {
  const off = status.hosts.filter((host) => !host.running).map((host) => host.name);
  for (const step of fault.cause) {
    if ((step.kind === 'service' || step.kind === 'command') && off.includes(step.host)) {
      return failure(`the machine ${step.host} of the lab is off`);
    }
  }
  try {
    await assertRunning(lab, fault);
  } catch (error) {
    if (error instanceof Fault) return failure(error.message);
    throw error;
  }
  const losses = fault.cause.flatMap((step) =>
    step.kind === 'partition' || step.kind === 'gateway' ? [labFaultOf(step)] : [],
  );
  return losses.length === 0 ? success(undefined) : packetsCanBeLost(lab, losses);
}

/** A fault in what does not run anyway would change nothing. Throws `not-found` and `lab-not-running`. */
async function assertRunning(lab: string, fault: DrillFault): Promise<void> {
  for (const { host: machine, service } of mustRun(fault.cause)) {
    if (service === undefined) await leaderOf(lab, machine);
    else await serviceProcesses({ lab, machine, service }, 'all');
  }
}

async function act({ lab, hosts }: LabCauserOptions, step: DrillStep): Promise<Moment> {
  if (step.kind === 'command') return runStepCommand(hosts, step);
  const { before, after } = await labFault(lab, labFaultOf(step));
  return { from: before, to: after };
}

/** A machine that went off by itself meanwhile has its power back first; its cables come with it. */
async function healStep(options: LabCauserOptions, step: DrillStep): Promise<Moment> {
  if (step.kind === 'partition' || step.kind === 'gateway') return act(options, step);
  const isOff = (await machineLeader(await machineCgroup(options.lab, step.host))) === undefined;
  if (!isOff) return healRunning(options, step);
  const on = await act(options, { kind: 'machine', host: step.host, does: 'power-on' });
  if (step.kind === 'machine') return on;
  return { from: on.from, to: (await healRunning(options, step)).to };
}

/** Healing what is healed already does no harm: a service that is gone can't be woken and is started instead. */
async function healRunning(options: LabCauserOptions, step: DrillStep): Promise<Moment> {
  if (step.kind !== 'service' || step.does !== 'resume') return act(options, step);
  return act(options, step).catch((error: unknown) => {
    if (!(error instanceof Fault) || error.code !== 'not-found') throw error;
    return act(options, { ...step, does: 'start' });
  });
}

/** What the lab does for a step. */
export function labFaultOf(step: Exclude<DrillStep, { readonly kind: 'command' }>): LabFault {
  switch (step.kind) {
    case 'service': {
      const { host: machine, service, does } = step;
      return does === 'kill' ? { kind: 'kill', machine, service, processes: 'all' } : { kind: does, machine, service };
    }
    case 'machine':
      return { kind: step.does, machine: step.host };
    case 'partition': {
      const { from, to, direction } = step;
      return { kind: step.does === 'cut' ? 'partition' : 'join', from, to, direction };
    }
    case 'gateway':
      return { kind: step.does === 'down' ? 'gateway-down' : 'gateway-up', network: step.network };
  }
}
