import { setTimeout as wait } from 'node:timers/promises';
import { counted } from '../base/counted.ts';
import { Fault } from '../base/fault.ts';
import { manifestPath } from '../facts/manifest.ts';
import type { FileState, FileWrite, Host } from '../hosts/host.ts';
import type { Action, HostPlan } from '../plan/plan.ts';
import { inStep } from './apply-context.ts';
import type { ApplyContext, HostWork } from './apply-context.ts';
import type { ChangeEnd } from './change-host.ts';
import { manifestFile } from './host-manifest.ts';
import { runAction } from './run-action.ts';
import { lookAtHost } from './verify-host.ts';
import { wayBackFiles } from './way-back.ts';
import type { WayBack } from './way-back.ts';

/** A change that went wrong. */
export interface Failure {
  readonly work: HostWork;
  readonly wayBack: WayBack;
  readonly error: unknown;
}

/** How often the way back is tried while the host can't be reached: a lost connection often comes back. */
const attempts = 3;
/** So many looks lie between two attempts. */
const looksBetweenAttempts = 5;

/**
 * Returns to what was there before, tells the daemons and sees that they run. The Fault in the answer is the one that
 * happened, saying what was restored, or `undo-failed`. Never stops for Ctrl-C. A bug is thrown on, after the same way
 * back.
 */
export async function undoHost(context: ApplyContext, failure: Failure): Promise<ChangeEnd> {
  const { work, wayBack, error } = failure;
  const { host } = work;
  const title = 'returning to what was there before';
  try {
    await inStep(context, { host: host.name, step: 'undo', title }, () =>
      retried(context, () => goBack(work, wayBack)),
    );
    context.emit({ code: 'step-undone', level: 'warning', data: { host: host.name, step: 'undo', title } });
  } catch (second) {
    return { kind: 'undo-failed', fault: undoFailed(host, error, second) };
  }
  if (!(error instanceof Fault)) throw error;
  const fault = new Fault(
    {
      ...error.details,
      host: error.details.host ?? host.name,
      state: `what was there before is back on ${host.name} (${counted(wayBack.files.length, 'file')}), and its daemons run with it`,
    },
    error,
  );
  return { kind: 'undone', fault };
}

async function retried(context: ApplyContext, work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === attempts || !(error instanceof Fault) || error.code !== 'host-unreachable') throw error;
      await wait(looksBetweenAttempts * context.lookEveryMs);
    }
  }
}

async function goBack(work: HostWork, wayBack: WayBack): Promise<void> {
  const { host, plan } = work;
  const undo = undoOf(plan, wayBack);
  for (const action of undo.before) await runAction(host, action).catch(ignoreRefusal);
  await putBack(host, wayBack);
  for (const action of undo.after) await runAction(host, action);
  const off = new Set(undo.before.flatMap((action) => (action.kind === 'stop' ? [action.unit] : [])));
  const units = plan.expect.units.filter((unit) => !off.has(unit));
  const wrong = units.length === 0 ? [] : await lookAtHost(host, { units, ports: [] });
  if (wrong.length > 0) throw new Fault({ code: 'undo-failed', message: wrong.join('; '), host: host.name });
  // No longer needed; and on a full disk the manifest would not fit.
  await host.remove(wayBackFiles(wayBack).map((file) => file.path));
  if (wayBack.manifest === undefined) await host.remove([manifestPath]);
  else await host.write([manifestFile(wayBack.manifest)]);
}

/** Writes only what differs: on a full disk, where nothing new was written either, there is nothing to write. */
async function putBack(host: Host, wayBack: WayBack): Promise<void> {
  const states = await host.read(wayBack.files.map((file) => file.path));
  const current = new Map(states.map((state) => [state.path, state]));
  const writes = wayBack.files
    .filter((file) => file.kind === 'file')
    .filter((file) => !isSame(file, current.get(file.path)));
  if (writes.length > 0) await host.write(writes);
  const removed = wayBack.files.filter((file) => file.kind === 'absent').map((file) => file.path);
  if (removed.length > 0) await host.remove(removed);
}

function isSame(file: FileWrite, state: FileState | undefined): boolean {
  return (
    state?.kind === 'file' &&
    state.mode === file.mode &&
    state.owner === file.owner &&
    Buffer.from(state.bytes).equals(file.bytes)
  );
}

/**
 * The plan's way back; except where an earlier, first apply never ended: nothing ever worked there with the old files,
 * and so back means off.
 */
function undoOf(plan: HostPlan, wayBack: WayBack): HostPlan['undo'] {
  const neverFinished = plan.changes.some((change) => change.kind === 'finish-apply') && wayBack.manifest === undefined;
  if (!neverFinished) return plan.undo;
  const units = plan.expect.units.toReversed();
  const stops = units.map((unit): Action => ({ kind: 'stop', unit }));
  return { before: [...stops, { kind: 'disable', units }], after: [{ kind: 'daemon-reload' }] };
}

/** A daemon that would not start does not stop either; what counts is seen afterwards. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof Fault) || error.code === 'host-unreachable') throw error;
}

function undoFailed(host: Host, first: unknown, second: unknown): Fault {
  const words = (error: unknown): string => {
    if (!(error instanceof Fault)) return String(error);
    return [error.message, error.details.said ?? ''].filter((text) => text !== '').join('\n');
  };
  return new Fault(
    {
      code: 'undo-failed',
      message: `${host.name} could not be changed, and could not be returned to what was there before`,
      host: host.name,
      said: `the change: ${words(first)}\nthe way back: ${words(second)}`,
      state: `${host.name} is between two generations; its old files are in /var/lib/evenkeel/generations`,
      next: `Put right what the words above name, then apply again: it goes on from here`,
    },
    second,
  );
}
