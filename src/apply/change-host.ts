import { manifestPath } from '../facts/manifest.ts';
import { counted } from '../base/counted.ts';
import { Fault } from '../base/fault.ts';
import type { FileWrite } from '../hosts/host.ts';
import { fileFacts } from '../observe/observe-host.ts';
import type { VerifyScope } from '../observe/verify-edge.ts';
import type { Action } from '../plan/plan.ts';
import { assertNotInterrupted, inStep } from './apply-context.ts';
import type { ApplyContext, HostWork } from './apply-context.ts';
import { manifestFile, readOwnManifest } from './host-manifest.ts';
import { begunManifest, finishedManifest, newOriginals } from './next-manifest.ts';
import type { ManifestInput } from './next-manifest.ts';
import { runAction } from './run-action.ts';
import { undoHost } from './undo-host.ts';
import { verifyHost } from './verify-host.ts';
import { oldFile, originalPath, privateFile, readWayBack, wayBackFiles } from './way-back.ts';
import type { OldFile, WayBack } from './way-back.ts';

/** How the change of a host ended. A Fault that is thrown instead came before anything was changed. */
export type ChangeEnd =
  | { readonly kind: 'changed' }
  /** What was there before is back and runs. */
  | { readonly kind: 'undone'; readonly fault: Fault }
  | { readonly kind: 'undo-failed'; readonly fault: Fault };

/**
 * Changes one host: saves what is there, writes, tells the daemons, verifies, and only then says in the manifest that
 * this generation is true. Any failure, and Ctrl-C, leads back to what was there. A controller that dies leaves the mark
 * `unfinished`, and the next apply goes on from it.
 */
export async function changeHost(context: ApplyContext, work: HostWork, scope: VerifyScope): Promise<ChangeEnd> {
  const { host, plan, lock } = work;
  assertNotInterrupted(context, host.name);
  await lock.renew();
  const { input, wayBack } = await lookAgain(context, work);
  const originals = await readOriginals(work);
  await inStep(context, { host: host.name, step: 'save', title: 'saving what is there' }, () =>
    host.write([...originalFiles(input), ...wayBackFiles(wayBack), manifestFile(begunManifest(input))]),
  );
  try {
    await runActions(context, work, plan.retire);
    await writeFiles(context, work, originals);
    await runActions(context, work, plan.actions);
    assertNotInterrupted(context, host.name);
    await inStep(context, { host: host.name, step: 'verify', title: 'seeing that it works' }, () =>
      verifyHost(context, work, scope),
    );
  } catch (error) {
    return undoHost(context, { work, wayBack, error });
  }
  // No longer run by anything; and they can't be brought back from here.
  const left = plan.changes.flatMap((one) => (one.kind === 'program' && one.verb === 'remove' ? [one.path] : []));
  if (left.length > 0) await host.remove(left);
  await host.write([manifestFile(finishedManifest(input))]);
  return { kind: 'changed' };
}

async function runActions(context: ApplyContext, work: HostWork, actions: readonly Action[]): Promise<void> {
  const { host, lock } = work;
  for (const action of actions) {
    assertNotInterrupted(context, host.name);
    await lock.renew();
    const title = actionTitle(action);
    await inStep(context, { host: host.name, step: 'activate', title }, () => runAction(host, action));
  }
}

function actionTitle(action: Action): string {
  if ('unit' in action) return `${action.kind} ${action.unit}`;
  if ('units' in action) return `${action.kind} ${action.units.join(', ')}`;
  return 'zone' in action ? `${action.kind} ${action.zone}` : action.kind;
}

/**
 * Reads everything once more under the lock: the plan must still fit. A file that a package has brought since the plan
 * was made may be there.
 */
async function lookAgain(
  context: ApplyContext,
  work: HostWork,
): Promise<{ readonly input: ManifestInput; readonly wayBack: WayBack }> {
  const { host, plan, desired } = work;
  const changes = plan.changes.flatMap((change) => (change.kind === 'file' ? [change] : []));
  const before = await readOwnManifest(host);
  const states = await host.read(changes.map((change) => change.path));
  for (const [index, change] of changes.entries()) {
    const state = states[index];
    const facts = state === undefined ? undefined : fileFacts(state);
    const hash = facts?.kind === 'file' ? facts.hash : undefined;
    const broughtByPackage = change.before === undefined && plan.install.length > 0;
    if (hash === change.before?.hash || broughtByPackage) continue;
    throw new Fault({
      code: 'plan-outdated',
      message: `${change.path} on ${host.name} changed after the plan was made`,
      host: host.name,
      state: `nothing was changed on ${host.name}`,
      next: 'Look at a new plan with `evenkeel plan`, then apply that one',
    });
  }
  const olds = states.map((state) => oldFile(host.name, state));
  const { edge, generation } = context.plan;
  const input = { edge, generation, plan, desired, before, olds };
  const earlier = before?.unfinished === undefined ? undefined : await readWayBack(host, before.unfinished.generation);
  if (earlier === undefined) return { input, wayBack: { generation, manifest: before, files: olds } };
  // What an interrupted apply found is what to return to, not the half of its own work that is there now.
  const files = new Map<string, OldFile>([...olds, ...earlier.files].map((file) => [file.path, file]));
  return { input, wayBack: { generation, manifest: earlier.manifest, files: [...files.values()] } };
}

function originalFiles(input: ManifestInput): readonly FileWrite[] {
  const fresh = new Set(newOriginals(input).map((original) => original.path));
  return input.olds.flatMap((old) =>
    old.kind === 'file' && fresh.has(old.path) ? [privateFile(originalPath(old.path), old.bytes)] : [],
  );
}

async function writeFiles(context: ApplyContext, work: HostWork, originals: readonly FileWrite[]): Promise<void> {
  const { host, plan, desired } = work;
  const writes = desired.files.filter((file) => plan.write.includes(file.path));
  const count = writes.length + plan.remove.length + originals.length;
  if (count === 0) return;
  const title = counted(count, 'file');
  await inStep(context, { host: host.name, step: 'write', title }, async () => {
    if (writes.length + originals.length > 0) await host.write([...writes, ...originals]);
    if (plan.remove.length > 0) await host.remove(plan.remove);
  });
}

/** The files from before evenkeel that come back. One whose bytes are lost is a Fault: better ours than none. */
async function readOriginals(work: HostWork): Promise<readonly FileWrite[]> {
  const { host, plan } = work;
  if (plan.restore.length === 0) return [];
  const marks = new Map((await readOwnManifest(host))?.originals.map((original) => [original.path, original]));
  const states = await host.read(plan.restore.map(originalPath));
  return plan.restore.map((path, index) => {
    const state = states[index];
    const mark = marks.get(path);
    if (state?.kind === 'file' && mark !== undefined) return { ...mark, bytes: state.bytes };
    throw new Fault({
      code: 'file-unreadable',
      message: `${host.name} has lost ${originalPath(path)}, the file that was at ${path} before evenkeel`,
      host: host.name,
      next: `Put a file there, or remove ${path} from "originals" in ${manifestPath}`,
    });
  });
}
