import { isDeepStrictEqual } from 'node:util';
import type { Emit } from '../base/event.ts';
import { Fault } from '../base/fault.ts';
import { takeFileLock } from '../hosts/file-lock.ts';
import { assertDefinition } from './definition.ts';
import type { LabDefinition, LabMachine } from './definition.ts';
import { buildImage } from './image.ts';
import { raiseKernelLimits } from './kernel-limits.ts';
import { writeKeys } from './keys.ts';
import { labLeftovers, removeLab, removeLabLock } from './lab-down.ts';
import { takesBack } from './lab-fault.ts';
import { labPaths } from './lab-paths.ts';
import { assertLabRunning, labStatus } from './lab-status.ts';
import type { LabStatus } from './lab-status.ts';
import { cutPower, prepareMachine, startMachine } from './machine.ts';
import { createLabNetwork } from './network.ts';
import { assertLabPossible } from './requirements.ts';
import { readLabState, writeLabState } from './state.ts';
import type { LabState } from './state.ts';

/**
 * Brings a lab up and returns when every machine answers over SSH. Builds the image when it is not there, and removes what a
 * crashed lab of that name left. A lab that runs is left as it is; machines of it that are off are started. When it fails or
 * `signal` fires, nothing is left. Throws Faults: those of `assertLabPossible` and `buildImage`, `lab-already-running` (with
 * another definition), `lab-machine-failed`, `interrupted`.
 */
export async function labUp(definition: LabDefinition, emit: Emit, signal?: AbortSignal): Promise<LabStatus> {
  assertDefinition(definition);
  await assertLabPossible(definition.release);
  const image = await buildImage(definition.release, emit, { signal });
  const lock = await takeFileLock(labPaths(definition.name).lock, {
    ...(signal === undefined ? {} : { signal }),
    onWait: () => {
      const text = `another evenkeel works on the lab ${definition.name}; waiting for it`;
      emit({ code: 'note', level: 'info', data: { text } });
    },
  });
  try {
    const status = await labStatus(definition.name);
    const state = await readLabState(definition.name);
    if (status !== undefined && state !== undefined) {
      assertSame(state.definition, definition);
      if (!status.running) await startMissing(state, { status, emit, signal });
    } else {
      await startAnew(definition, { image, emit, signal });
    }
    return await assertLabRunning(definition.name);
  } finally {
    if (await labLeftovers(definition.name)) await lock.release();
    else await removeLabLock(lock);
  }
}

interface Start {
  readonly image: string;
  readonly emit: Emit;
  readonly signal: AbortSignal | undefined;
}

async function startAnew(definition: LabDefinition, { image, emit, signal }: Start): Promise<void> {
  const { name } = definition;
  if (await labLeftovers(name)) {
    const text = `removing what is left of an earlier lab ${name}`;
    emit({ code: 'note', level: 'info', data: { text } });
    await removeLab(name);
  }
  try {
    await writeLabState({ version: 1, phase: 'starting', definition, image, faults: [] });
    await Promise.all([writeKeys(definition), createLabNetwork(definition), raiseKernelLimits()]);
    await startAll(definition, definition.machines, { image, emit, signal, disk: 'new' });
    await writeLabState({ version: 1, phase: 'running', definition, image, faults: [] });
  } catch (error) {
    await removeLab(name);
    if (signal?.aborted !== true) throw error;
    // Ctrl-C reached programs that were just started too; how each of them ended is no news.
    const state = 'nothing is left of it';
    throw new Fault({ code: 'interrupted', message: `starting the lab ${name} was interrupted`, state });
  }
}

interface Restart {
  readonly status: LabStatus;
  readonly emit: Emit;
  readonly signal: AbortSignal | undefined;
}

async function startMissing(state: LabState, { status, emit, signal }: Restart): Promise<void> {
  const { definition, image } = state;
  const off = new Set(status.hosts.filter((host) => !host.running).map((host) => host.name));
  const machines = definition.machines.filter((machine) => off.has(machine.name));
  await Promise.all(machines.map((machine) => cutPower(definition.name, machine.name)));
  await startAll(definition, machines, { image, emit, signal, disk: 'kept' });
  const faults = state.faults.filter(
    (fault) => !machines.some(({ name }) => takesBack({ kind: 'power-on', machine: name }, fault)),
  );
  await writeLabState({ ...state, faults });
}

async function startAll(
  definition: LabDefinition,
  machines: readonly LabMachine[],
  { image, emit, signal, disk }: Start & { readonly disk: 'new' | 'kept' },
): Promise<void> {
  const task = `lab-up-${definition.name}`;
  const total = machines.length;
  const started = performance.now();
  const names = machines.map((machine) => machine.name).join(', ');
  emit({ code: 'task-started', level: 'info', data: { task, title: `starting ${total} Debian machines: ${names}` } });
  // When one fails the others are not waited for, but told to stop, and then all are awaited: none may still be starting
  // while the lab is removed.
  const others = new AbortController();
  const stop = signal === undefined ? others.signal : AbortSignal.any([signal, others.signal]);
  let done = 0;
  const results = await Promise.allSettled(
    machines.map(async (machine) => {
      try {
        if (disk === 'new') await prepareMachine(definition, machine, image);
        const failed = await startMachine(definition, machine, { image, signal: stop });
        for (const unit of failed) {
          emit({ code: 'warning', level: 'warning', data: { text: `${unit} failed to start`, host: machine.name } });
        }
      } catch (error) {
        others.abort();
        throw error;
      }
      done += 1;
      emit({ code: 'task-progress', level: 'progress', data: { task, note: `${machine.name} answers`, done, total } });
    }),
  );
  const errors = results.flatMap((result): unknown[] => (result.status === 'rejected' ? [result.reason] : []));
  const ms = performance.now() - started;
  if (errors.length === 0) {
    emit({ code: 'task-done', level: 'info', data: { task, note: `${total} machines answer over SSH`, ms } });
    return;
  }
  emit({
    code: 'task-failed',
    level: 'error',
    data: {
      task,
      note: signal?.aborted === true ? 'the lab was stopped before it was up' : 'the lab did not start',
      ms,
    },
  });
  // The first cause, not the interruptions it brought about.
  throw errors.find((error) => !(error instanceof Fault && error.code === 'interrupted')) ?? errors[0];
}

function assertSame(running: LabDefinition, wanted: LabDefinition): void {
  if (isDeepStrictEqual(running, wanted)) return;
  throw new Fault({
    code: 'lab-already-running',
    message: `the lab ${wanted.name} runs, but was made from another edge file or another version of it`,
    state: 'it was left as it is',
    next: 'evenkeel lab down, then evenkeel lab up',
  });
}
