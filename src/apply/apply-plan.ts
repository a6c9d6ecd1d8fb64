import type { Emit } from '../base/event.ts';
import { Fault } from '../base/fault.ts';
import type { Host } from '../hosts/host.ts';
import type { Verifier, VerifyScope } from '../observe/verify-edge.ts';
import { planRefusals } from '../plan/plan.ts';
import type { Plan } from '../plan/plan.ts';
import type { DesiredHost } from '../render/desired-file.ts';
import { assertNotInterrupted, inStep } from './apply-context.ts';
import type { ApplyContext, HostWork } from './apply-context.ts';
import { changeHost } from './change-host.ts';
import type { ChangeEnd } from './change-host.ts';
import { checkStaged } from './check-staged.ts';
import type { Controller } from './controller.ts';
import { lockAll } from './host-locks.ts';
import { manifestFile, readOwnManifest } from './host-manifest.ts';
import { installPackages } from './install-packages.ts';
import { installProgram } from './install-program.ts';
import type { ProgramSource } from './install-program.ts';

/** What an apply needs. `desired` is what the plan was computed from. */
export interface ApplyOptions {
  readonly plan: Plan;
  readonly desired: readonly DesiredHost[];
  /** Every host of the plan. */
  readonly hosts: ReadonlyMap<string, Host>;
  readonly verifier: Verifier;
  readonly controller: Controller;
  /** Where programs come from that a host needs. */
  readonly programs: ProgramSource;
  readonly emit: Emit;
  /** Ctrl-C: the host that is being changed returns to what was there before, and nothing else is begun. */
  readonly signal?: AbortSignal;
  /** Milliseconds a host gets to be right after it was changed. Default 60,000. */
  readonly verifyMs?: number;
  /** Milliseconds between two looks at it. Default 400. */
  readonly lookEveryMs?: number;
}

/** How an apply ended; hosts that were changed stay so, since they were seen to work. */
export type ApplyEnd =
  | { readonly kind: 'done'; readonly changed: readonly string[] }
  /** One host failed and is as it was before; those after it were not begun. */
  | { readonly kind: 'undone'; readonly changed: readonly string[]; readonly host: string; readonly fault: Fault }
  | { readonly kind: 'undo-failed'; readonly changed: readonly string[]; readonly host: string; readonly fault: Fault };

/**
 * Walks a plan over its hosts. First, on all of them: lock, packages, every daemon's own check of its new files, and programs;
 * whatever is refused there is thrown as a Fault, and nothing of the edge has changed. Then one host after the other, in
 * the plan's order, each verified before the next is begun.
 */
export async function applyPlan(options: ApplyOptions): Promise<ApplyEnd> {
  const { plan, desired, emit } = options;
  const [refusal] = planRefusals(plan);
  if (refusal !== undefined) {
    const { code, message, host, next } = refusal;
    throw new Fault({ code, message, host, next, state: 'nothing was changed on any host' });
  }
  const context: ApplyContext = {
    plan,
    emit,
    signal: options.signal,
    verifier: options.verifier,
    verifyMs: options.verifyMs ?? 60_000,
    lookEveryMs: options.lookEveryMs ?? 400,
  };
  const hosts = plan.hosts.flatMap((host) => options.hosts.get(host.host) ?? []);
  const locks = await lockAll(hosts, options.controller, emit);
  try {
    const works = plan.hosts.map((hostPlan): HostWork => {
      const host = options.hosts.get(hostPlan.host);
      const wanted = desired.find((one) => one.host === hostPlan.host);
      const lock = locks.of(hostPlan.host);
      if (host === undefined || wanted === undefined || lock === undefined) throw new Error(`no host ${hostPlan.host}`);
      return { host, lock, plan: hostPlan, desired: wanted };
    });
    const busy = works.filter((work) => work.plan.changes.length > 0);
    await prepare(context, busy, options.programs);
    const end = await rollOut(context, busy);
    if (end.kind === 'done')
      await recordGeneration(
        plan,
        works.filter((work) => !busy.includes(work)),
      );
    return end;
  } finally {
    await locks.release();
  }
}

/** Packages, checks and programs, on all hosts at the same time: nothing of the edge changes here. */
async function prepare(context: ApplyContext, works: readonly HostWork[], programs: ProgramSource): Promise<void> {
  await settled(
    works.map(async (work) => {
      const { host, plan } = work;
      const packages = plan.install;
      if (packages.length > 0) {
        assertNotInterrupted(context, host.name);
        await inStep(context, { host: host.name, step: 'install', title: `installing ${packages.join(', ')}` }, () =>
          installPackages(host, packages),
        );
      }
    }),
  );
  await settled(
    works.map(async (work) => {
      const { host, plan } = work;
      if (plan.checks.length === 0) return;
      assertNotInterrupted(context, host.name);
      await inStep(context, { host: host.name, step: 'check', title: `asking ${plan.checks.join(', ')}` }, () =>
        checkStaged(host, { ...work, emit: context.emit }),
      );
    }),
  );
  // Last: a host that refuses leaves no program of ours on the others.
  await settled(
    works.map(async ({ host, plan }) => {
      for (const change of plan.changes) {
        if (change.kind !== 'program' || change.verb !== 'create') continue;
        assertNotInterrupted(context, host.name);
        await inStep(context, { host: host.name, step: 'program', title: `bringing ${change.path}` }, async () =>
          installProgram(host, change.path, await programs(change.path, change.architecture)),
        );
      }
    }),
  );
}

/** Waits for all, then throws the first failure: no host is left in the middle of something. */
async function settled<T>(work: readonly Promise<T>[]): Promise<readonly T[]> {
  const outcomes = await Promise.allSettled(work);
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}

async function rollOut(context: ApplyContext, works: readonly HostWork[]): Promise<ApplyEnd> {
  const changed: string[] = [];
  const lastBalancer = works.findLast((work) => work.plan.role === 'balancer');
  for (const batch of batches(works)) {
    const pending = works.map((work) => work.host.name).filter((name) => !changed.includes(name));
    const scopes = { lastBalancer: lastBalancer?.host.name, pending };
    const ends = await settled(batch.map((work) => changeOne(context, work, scopeOf(context, work, scopes))));
    changed.push(...ends.flatMap((end) => (end.kind === 'changed' ? [end.host] : [])));
    const failed = ends.flatMap((end) => (end.kind === 'changed' ? [] : [end]));
    const worst =
      failed.find((end) => end.kind === 'undo-failed') ?? failed.find((end) => end.kind === 'undone') ?? failed[0];
    if (worst === undefined) continue;
    if (worst.kind === 'not-begun' && changed.length === 0) throw worst.fault;
    // Nothing was changed on a host that was not begun; but others are done, so the apply stopped half-way.
    const kind = worst.kind === 'undo-failed' ? 'undo-failed' : 'undone';
    return { kind, changed, host: worst.host, fault: worst.fault };
  }
  return { kind: 'done', changed };
}

/** How a host ended in a batch. */
type HostEnd = { readonly host: string } & (ChangeEnd | { readonly kind: 'not-begun'; readonly fault: Fault });

async function changeOne(context: ApplyContext, work: HostWork, scope: VerifyScope): Promise<HostEnd> {
  const host = work.host.name;
  try {
    return { host, ...(await changeHost(context, work, scope)) };
  } catch (error) {
    if (error instanceof Fault) return { host, kind: 'not-begun', fault: error };
    throw error;
  }
}

/**
 * One host after the other; but web servers and nameservers that never worked before are brought up together, since
 * nobody depends on them yet.
 */
function batches(works: readonly HostWork[]): readonly (readonly HostWork[])[] {
  const together = works.filter((work) => work.plan.role !== 'balancer' && work.plan.since === 'first');
  const rest = works.filter((work) => !together.includes(work)).map((work) => [work]);
  return together.length === 0 ? rest : [together, ...rest];
}

interface Progress {
  readonly lastBalancer: string | undefined;
  /** Hosts whose change is not over. */
  readonly pending: readonly string[];
}

function scopeOf(context: ApplyContext, work: HostWork, progress: Progress): VerifyScope {
  const host = work.host.name;
  const rest = work.plan.role === 'balancer' && host !== progress.lastBalancer ? 'more-balancers' : 'last';
  const holders = context.plan.vrrpTogether && rest === 'more-balancers' ? 'one-or-more' : 'exactly-one';
  const names = context.plan.hosts.map((one) => one.host);
  return { host, rest, holders, upToDate: names.filter((name) => name === host || !progress.pending.includes(name)) };
}

/** Hosts without a change learn the generation too, so that every host tells the same. */
async function recordGeneration(plan: Plan, works: readonly HostWork[]): Promise<void> {
  await settled(
    works.map(async ({ host }) => {
      const manifest = await readOwnManifest(host);
      if (manifest === undefined || manifest.generation === plan.generation) return;
      await host.write([manifestFile({ ...manifest, generation: plan.generation })]);
    }),
  );
}
