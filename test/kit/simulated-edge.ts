import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { ProgramSource } from '../../src/apply/install-program.ts';
import { applyPlan } from '../../src/apply/apply-plan.ts';
import type { ApplyEnd } from '../../src/apply/apply-plan.ts';
import type { Controller } from '../../src/apply/controller.ts';
import { preparePlan } from '../../src/apply/prepare-plan.ts';
import { ignoreEvents } from '../../src/base/event.ts';
import type { Emit } from '../../src/base/event.ts';
import type { Host } from '../../src/hosts/host.ts';
import type { Crash } from '../../src/hosts/memory-host.ts';
import type { Model } from '../../src/model/model.ts';
import type { Verifier } from '../../src/observe/verify-edge.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { DesiredHost } from '../../src/render/desired-file.ts';
import { simulatedMachine } from './simulated-machine.ts';
import type { SimulatedMachine } from './simulated-machine.ts';
import { smallModel } from './small-edge.ts';

/** Machines by name. */
export type Machines = ReadonlyMap<string, SimulatedMachine>;

/** Bare machines for all hosts of the small edge. */
export function bareMachines(names: readonly string[]): Machines {
  return new Map(names.map((name) => [name, simulatedMachine(name)]));
}

/** A part of the small edge. */
export function modelOf(names: readonly string[]): Model {
  const within = (machine: { readonly name: string }): boolean => names.includes(machine.name);
  return {
    ...smallModel,
    balancers: smallModel.balancers.filter(within),
    nameservers: smallModel.nameservers.filter(within),
    webServers: smallModel.webServers.filter(within),
  };
}

/** A controller that is alive: this process. */
export function controller(token: string): Controller {
  return { token, user: 'ada', machine: 'laptop', boot: 'b', pid: 42, started: '1', since: '2026-11-22T10:00:00.000Z' };
}

/** Everything is fine, whatever is asked. */
export const contentVerifier: Verifier = { verify: () => Promise.resolve([]) };

/** One apply of a simulated edge. */
export interface SimulatedApply {
  readonly machines: Machines;
  readonly desired: readonly DesiredHost[];
  readonly token?: string;
  readonly verifier?: Verifier;
  readonly emit?: Emit;
  readonly signal?: AbortSignal;
  readonly verifyMs?: number;
  /** Breaks the connection to one host, counted from the beginning of the apply. */
  readonly crash?: { readonly host: string; readonly crash: Crash };
}

/** The bytes of every program in tests. */
export const testProgram = new TextEncoder().encode('a program');

/** Packs `testProgram`, whatever is asked for. */
export const packedTestProgram: ProgramSource = () =>
  Promise.resolve({ gzip: gzipSync(testProgram), hash: createHash('sha256').update(testProgram).digest('hex') });

/** Looks at the machines and computes the plan. */
export async function planOf(machines: Machines, desired: readonly DesiredHost[]): Promise<Plan> {
  return (await prepared(machines, desired, connected(machines))).plan;
}

/** Looks, plans and applies, each over connections of its own. */
export async function applyTo(options: SimulatedApply): Promise<ApplyEnd> {
  const { machines, desired, crash } = options;
  const { plan } = await prepared(machines, desired, connected(machines));
  const hosts = new Map(
    [...machines].map(([name, machine]) => [name, machine.connect(crash?.host === name ? crash.crash : undefined)]),
  );
  return applyPlan({
    plan,
    desired,
    hosts,
    verifier: options.verifier ?? contentVerifier,
    programs: packedTestProgram,
    controller: controller(options.token ?? 'first'),
    emit: options.emit ?? ignoreEvents,
    verifyMs: options.verifyMs ?? 300,
    lookEveryMs: 1,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
}

function connected(machines: Machines): ReadonlyMap<string, Host> {
  return new Map([...machines].map(([name, machine]) => [name, machine.connect()]));
}

function prepared(
  machines: Machines,
  desired: readonly DesiredHost[],
  hosts: ReadonlyMap<string, Host>,
): ReturnType<typeof preparePlan> {
  return preparePlan({
    model: modelOf([...machines.keys()]),
    hosts,
    render: () => desired,
    now: new Date('2026-11-22T10:00:00Z'),
  });
}
