import type { Emit } from '../base/event.ts';
import { Fault } from '../base/fault.ts';
import type { Host } from '../hosts/host.ts';
import type { Verifier } from '../observe/verify-edge.ts';
import type { HostPlan, Plan } from '../plan/plan.ts';
import type { DesiredHost } from '../render/desired-file.ts';
import type { HostLock } from './host-lock.ts';

/** What every step of an apply may need. */
export interface ApplyContext {
  readonly plan: Plan;
  readonly emit: Emit;
  readonly signal: AbortSignal | undefined;
  readonly verifier: Verifier;
  /** Milliseconds a host gets to be right after it was changed. */
  readonly verifyMs: number;
  /** Milliseconds between two looks. */
  readonly lookEveryMs: number;
}

/** One host of an apply. */
export interface HostWork {
  readonly host: Host;
  readonly lock: HostLock;
  readonly plan: HostPlan;
  readonly desired: DesiredHost;
}

/** Throws `interrupted` when somebody pressed Ctrl-C. */
export function assertNotInterrupted(context: ApplyContext, host: string): void {
  if (context.signal?.aborted !== true) return;
  throw new Fault({ code: 'interrupted', message: 'the apply was interrupted', host });
}

/** A step's name in events, and for the reader. */
export interface Step {
  readonly step: string;
  readonly title: string;
}

/** Runs one step between its events; a step that fails has no end. */
export async function inStep<T>(
  context: ApplyContext,
  where: Step & { readonly host: string },
  work: () => Promise<T>,
): Promise<T> {
  const { host, step, title } = where;
  context.emit({ code: 'step-started', level: 'progress', data: { host, step, title } });
  const began = performance.now();
  const result = await work();
  const ms = Math.round(performance.now() - began);
  context.emit({ code: 'step-done', level: 'info', data: { host, step, title, ms } });
  return result;
}
