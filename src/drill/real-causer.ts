import { formatDuration } from '../base/duration.ts';
import { Fault } from '../base/fault.ts';
import { failure, type Result, success } from '../base/result.ts';
import type { CommandOutcome, Host } from '../hosts/host.ts';
import { serviceUnits } from '../lab/lab-fault.ts';
import { type Model, modelHosts } from '../model/model.ts';
import type { Causer, Moment } from './causer.ts';
import type { DrillFault, DrillStep } from './drill-fault.ts';
import { stepHosts, strangers } from './drill-faults.ts';
import {
  deadMansTimers,
  type FindHost,
  type HostCommand,
  type RealStep,
  stepCommands,
  timerArgv,
  timerPattern,
} from './real-steps.ts';
import { impossibleStep, mustRun } from './step-order.ts';
import { causeInOrder, healInOrder } from './step-walk.ts';

/** What a causer on real hosts needs. */
export interface RealCauserOptions {
  readonly model: Model;
  /** Ways to the managed hosts. */
  readonly hosts: ReadonlyMap<string, Host>;
  /**
   * When the host heals itself, if nobody has healed it by then: the controller or its network may be gone. Longer than
   * the drill looks at a fault. Milliseconds.
   */
  readonly healAfterMs: number;
}

/** How long a command may take: systemd waits up to 90 s for a daemon that does not stop. Milliseconds. */
const commandMs = 120_000;

/** How long causing a fault may take; longer, and the timers would heal it while it is measured. Milliseconds. */
const causeMs = 120_000;

/**
 * Causes faults on real hosts, over SSH. Before anything is caused, timers of systemd on the hosts themselves are set that
 * heal it; healing takes them away.
 */
export function realCauser(options: RealCauserOptions): Causer {
  const { model, healAfterMs } = options;
  return {
    place: 'real',
    async canCause(fault) {
      const steps = realSteps([...fault.cause, ...fault.heal]);
      if (!steps.ok) return steps;
      const unknown = strangers(model, fault, 'real');
      if (unknown.length > 0) return failure(`${unknown.join(', ')} is no host that evenkeel logs in to`);
      const impossible = impossibleStep(fault.cause);
      if (impossible !== undefined) return failure(impossible);
      try {
        return await hostsAreReady(options, fault);
      } catch (error) {
        if (error instanceof Fault) return failure(error.message);
        throw error;
      }
    },
    async cause(fault) {
      const began = Date.now();
      const find = await findHosts(options, fault);
      // Once more: it may have died since.
      const dead = await firstDead(options, fault);
      if (dead !== undefined) throw new Fault({ code: 'not-found', message: dead, state: 'nothing was changed' });
      const heals = assertReal(fault.heal).flatMap((step) => stepCommands(step, find));
      for (const timer of deadMansTimers(fault.name, heals)) {
        await stopTimer(options, timer.unit, timer.command.host);
        const argv = timerArgv(timer, { fault: fault.name, afterMs: healAfterMs });
        await runWell(options, { host: timer.command.host, argv });
      }
      const moment = await causeInOrder(assertReal(fault.cause), (step) => doStep(options, step, find));
      if (Date.now() - began <= causeMs) return moment;
      throw new Fault({
        code: 'command-timed-out',
        message: `it took ${formatDuration(Date.now() - began)} to cause it: the hosts would heal it while it is measured`,
      });
    },
    async heal(fault) {
      const find = await findHosts(options, fault);
      const steps = assertReal(fault.heal);
      const moment = await healInOrder(steps, (step) => doStep(options, step, find));
      const heals = steps.flatMap((step) => stepCommands(step, find));
      for (const { unit, command } of deadMansTimers(fault.name, heals)) await stopTimer(options, unit, command.host);
      return moment;
    },
  };
}

/** The steps, when all of them can be done on real hosts; else why not. */
function realSteps(steps: readonly DrillStep[]): Result<readonly RealStep[], string> {
  const real: RealStep[] = [];
  for (const step of steps) {
    if (step.kind === 'gateway') return failure(`only a lab can take away the router of ${step.network}`);
    if (step.kind === 'machine') {
      return failure(
        `only a lab can ${step.does.startsWith('power') ? 'cut the power' : 'pull the cable'} of ${step.host}`,
      );
    }
    if (step.kind === 'service' && step.service === 'sshd')
      return failure(`evenkeel comes to ${step.host} through sshd`);
    real.push(step);
  }
  return success(real);
}

function assertReal(steps: readonly DrillStep[]): readonly RealStep[] {
  const real = realSteps(steps);
  if (!real.ok) throw new Fault({ code: 'not-found', message: real.error, state: 'nothing was changed' });
  return real.value;
}

async function hostsAreReady(options: RealCauserOptions, fault: DrillFault): Promise<Result<undefined, string>> {
  const find = await findHosts(options, fault);
  for (const host of new Set([...fault.cause, ...fault.heal].flatMap(stepHosts))) {
    const timer = await run(options, { host, argv: ['systemd-run', '--version'] });
    if (timer.exitCode !== 0) return failure(`${host} has no systemd-run, which heals when evenkeel can't`);
  }
  const busy = await firstDrilled(options);
  if (busy !== undefined) return failure(busy);
  const dead = await firstDead(options, fault);
  if (dead !== undefined) return failure(dead);
  for (const step of assertReal(fault.cause)) {
    if (step.kind !== 'partition' || step.does !== 'cut') continue;
    for (const command of stepCommands(step, find)) {
      const checked = await run(options, { ...command, argv: ['nft', '--check', '--file', '-'] });
      const said = checked.stderr.trim().split('\n')[0] ?? '';
      if (checked.exitCode !== 0) return failure(`${command.host} can't drop packets with nftables: ${said}`);
    }
  }
  return success(undefined);
}

/** The first service that would have to run for the fault to change anything, and does not; a sentence. */
async function firstDead(options: RealCauserOptions, fault: DrillFault): Promise<string | undefined> {
  for (const { host, service } of mustRun(fault.cause)) {
    if (service === undefined) continue;
    const state = await stateOf(options, { host, service });
    if (state !== 'active') return `${serviceUnits[service]} of ${host} is ${state}`;
  }
  return undefined;
}

/**
 * The first host of the edge on which a fault stands that a drill caused, perhaps from another computer, whose journal we do
 * not see; a sentence. Two drills at once would cost more than either was allowed to.
 */
async function firstDrilled(options: RealCauserOptions): Promise<string | undefined> {
  const argv = ['systemctl', 'list-units', '--plain', '--no-legend', timerPattern] as const;
  const drilled = await Promise.all(
    [...options.hosts.keys()].map(async (host) => {
      const { stdout } = await run(options, { host, argv });
      return stdout.trim() === '' ? [] : [`a drill has broken something on ${host}, which heals itself soon`];
    }),
  );
  return drilled.flat()[0];
}

async function doStep(options: RealCauserOptions, step: RealStep, find: FindHost): Promise<Moment> {
  if (step.kind === 'service' && step.does === 'resume' && (await stateOf(options, step)) !== 'active') {
    // Healing what is healed does no harm: a service that is gone can't be woken and is started instead.
    return doStep(options, { ...step, does: 'start' }, find);
  }
  if (step.kind === 'service' && step.does === 'start') {
    // A unit that died too often would refuse to start.
    await run(options, { host: step.host, argv: ['systemctl', 'reset-failed', serviceUnits[step.service]] });
  }
  const from = Date.now();
  for (const command of stepCommands(step, find)) await runWell(options, command);
  return { from, to: Date.now() };
}

async function stateOf(
  options: RealCauserOptions,
  { host, service }: Pick<Extract<RealStep, { readonly kind: 'service' }>, 'host' | 'service'>,
): Promise<string> {
  const shown = await run(options, { host, argv: ['systemctl', 'is-active', serviceUnits[service]] });
  return shown.stdout.trim();
}

/** What the steps of a fault need to know of its hosts; asks only for the ports of sshd where hosts are parted. */
async function findHosts(options: RealCauserOptions, fault: DrillFault): Promise<FindHost> {
  const parted = [...fault.cause, ...fault.heal].filter((step) => step.kind === 'partition').flatMap(stepHosts);
  const ports = new Map<string, readonly number[]>();
  for (const host of new Set(parted)) ports.set(host, await sshPorts(options, host));
  return (name) => {
    const host = modelHosts(options.model).find((candidate) => candidate.name === name);
    if (host === undefined) throw new Error(`the model has no host ${name}`);
    return { host, sshPorts: ports.get(name) ?? [22] };
  };
}

/** sshd(8) -T prints its effective configuration. */
async function sshPorts(options: RealCauserOptions, host: string): Promise<readonly number[]> {
  const shown = await run(options, { host, argv: ['sshd', '-T'] });
  const ports = [...shown.stdout.matchAll(/^port (\d+)$/gm)].map((match) => Number(match[1]));
  return ports.length === 0 ? [22] : ports;
}

async function stopTimer(options: RealCauserOptions, unit: string, host: string): Promise<void> {
  // It fails for a timer that is not there or has fired.
  await run(options, { host, argv: ['systemctl', 'stop', `${unit}.timer`] });
}

async function run({ hosts }: RealCauserOptions, command: HostCommand): Promise<CommandOutcome> {
  const host = hosts.get(command.host);
  if (host === undefined)
    throw new Fault({ code: 'not-found', message: `there is no way to the host ${command.host}` });
  const { argv, stdin } = command;
  return host.run({ argv, timeoutMs: commandMs, ...(stdin === undefined ? {} : { stdin }) });
}

async function runWell(options: RealCauserOptions, command: HostCommand): Promise<void> {
  const outcome = await run(options, command);
  if (outcome.exitCode === 0) return;
  throw new Fault({
    code: 'command-failed',
    message: `${command.argv[0]} ended with ${outcome.exitCode} on ${command.host}`,
    host: command.host,
    command: command.argv,
    said: outcome.stderr.trim() || outcome.stdout.trim(),
  });
}
