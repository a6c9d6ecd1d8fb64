import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type ApplyEnd, applyPlan } from '../apply/apply-plan.ts';
import { thisController } from '../apply/controller.ts';
import type { PreparedPlan } from '../apply/prepare-plan.ts';
import { Fault } from '../base/fault.ts';
import { edgeVerifier } from '../observe/verify-edge.ts';
import { isEmptyPlan, type Plan, planRefusals } from '../plan/plan.ts';
import { checkSavedPlan, planHash } from '../plan/saved-plan.ts';
import { planSummary, printPlan } from '../report/print-plan.ts';
import { packedRuntimes } from './agent-delivery.ts';
import { keepApply } from './apply-records.ts';
import { type CliContext, exitCodes } from './context.ts';
import type { Edge } from './edge-file.ts';
import type { EdgeHosts } from './edge-hosts.ts';
import { planEdge } from './edge-plan.ts';
import { explainFault } from './invocation.ts';
import type { Place } from './place.ts';
import { styleFor } from './style.ts';

/** How an apply is done. */
export interface ApplyRequest {
  readonly edgeHosts: EdgeHosts;
  readonly place: Place;
  /** `ask`: the person says yes on the terminal after seeing the plan. */
  readonly consent: 'given' | 'ask';
  readonly show: 'plan' | 'nothing' | 'json';
  /** A plan saved by `plan --out`: it must still be what would be done. */
  readonly saved?: string;
}

/** Plans, asks, applies, keeps what became of it, and reports. Returns the exit code. */
export async function applyEdge(context: CliContext, edge: Edge, request: ApplyRequest): Promise<number> {
  const { place } = request;
  let generation: string | undefined;
  try {
    const prepared = await planEdge(context, edge, request.edgeHosts.hosts);
    generation = prepared.plan.generation;
    const end = await applyPrepared(context, edge, { ...request, ...prepared });
    if (end === 'declined') {
      context.printError('nothing was changed');
      return exitCodes.refused;
    }
    keepApply(context, edge, { place, generation, outcome: end });
    return finish(context, { plan: prepared.plan, show: request.show, end });
  } catch (error) {
    if (error instanceof Fault)
      keepApply(context, edge, { place, generation, outcome: { kind: 'refused', fault: error } });
    throw error;
  }
}

/** `declined`: the person said no. Throws a Fault when nothing could be begun. */
async function applyPrepared(
  context: CliContext,
  edge: Edge,
  request: ApplyRequest & PreparedPlan,
): Promise<ApplyEnd | 'declined'> {
  const { edgeHosts, show, plan, desired } = request;
  if (request.saved !== undefined) await assertSaved(context, request.saved, plan);
  if (show === 'plan') context.print(printPlan(plan, styleFor(context)));
  if (isEmptyPlan(plan)) return { kind: 'done', changed: [] };
  if (planRefusals(plan).length === 0 && request.consent === 'ask') {
    const { askYes } = await import('./ask-yes.ts');
    const beforehand = 'say it beforehand with --yes, or apply a saved plan with --plan FILE --yes';
    if (!(await askYes(context, 'Apply this? Only "yes" does.', beforehand))) return 'declined';
  }
  return applyPlan({
    plan,
    desired,
    hosts: edgeHosts.hosts,
    verifier: edgeVerifier({ model: edge.model, hosts: edgeHosts.hosts, client: edgeHosts.client }),
    controller: await thisController(context.now()),
    programs: packedRuntimes(),
    emit: context.emit,
    signal: context.signal,
  });
}

interface Ending {
  readonly plan: Plan;
  readonly show: ApplyRequest['show'];
  readonly end: ApplyEnd;
}

function finish(context: CliContext, { plan, show, end }: Ending): number {
  if (show === 'json') {
    const fault = end.kind === 'done' ? {} : { host: end.host, fault: end.fault.details };
    const { kind, changed } = end;
    context.print(JSON.stringify({ version: 1, hash: planHash(plan), end: kind, changed, ...fault }, undefined, 2));
  } else {
    sayEnd(context, { plan, show, end });
  }
  switch (end.kind) {
    case 'done':
      return exitCodes.done;
    case 'undone':
      return exitCodes.undone;
    case 'undo-failed':
      return exitCodes.undoFailed;
  }
}

function sayEnd(context: CliContext, { plan, show, end }: Ending): void {
  if (end.kind !== 'done') {
    context.printError(explainFault(end.fault.details, context.invocation));
    const done =
      end.changed.length === 0 ? 'no other host was changed' : `changed and working: ${end.changed.join(', ')}`;
    const state = end.kind === 'undone' ? `${end.host} is as it was before` : `${end.host} could not be put back`;
    context.printError(`${state}; ${done}`);
    return;
  }
  if (end.changed.length > 0) context.print(`applied and verified: ${end.changed.join(', ')}`);
  else if (show === 'nothing') context.print(planSummary(plan));
}

async function assertSaved(context: CliContext, file: string, plan: Plan): Promise<void> {
  const saved = await readFile(resolve(context.cwd, file), 'utf8').catch((error: unknown) => {
    throw new Fault(
      { code: 'file-unreadable', message: `${file} can't be read`, next: 'save a plan with evenkeel plan --out FILE' },
      error,
    );
  });
  const checked = checkSavedPlan(saved, plan);
  if (!checked.ok) throw new Fault(checked.error);
}
