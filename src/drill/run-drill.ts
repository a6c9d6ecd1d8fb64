import { Fault } from '../base/fault.ts';
import type { FaultResult } from '../facts/drill-report.ts';
import type { DrillFault } from './drill-fault.ts';
import type { DrillEnd, DrillOptions } from './drill-options.ts';
import { milliseconds } from './drill-words.ts';
import { notRun } from './fault-result.ts';
import { worstVerdict } from './judge.ts';
import { type FaultEnd, measureFault } from './measure-fault.ts';

/**
 * Causes faults one after the other, each with a load of its own, measures and heals them. Whatever happens, what was
 * caused is healed or said to stand. Throws a Fault `unhealthy` when the edge is not whole before the first fault, and
 * what starting the load throws before anything was caused.
 */
export async function runDrill(options: DrillOptions): Promise<DrillEnd> {
  const { model, faults, ground, now } = options;
  const startedAt = now();
  const results: FaultResult[] = [];
  let stopped: Extract<FaultEnd, { readonly kind: 'stopped' }> | undefined;
  for (const [index, fault] of faults.entries()) {
    if (stopped !== undefined || options.signal.aborted) {
      const why = stopped?.why ?? 'interrupted';
      results.push(notRun(fault, options.promiseOf(fault), [`the drill ended before it: ${why}`]));
      continue;
    }
    const end = await takeTurn(options, { fault, results, step: `${index + 1}/${faults.length}` });
    if (end.kind === 'unhealthy') {
      if (index === 0) throw unhealthy(end.missing);
      results.push(notRun(fault, options.promiseOf(fault), ['the edge was not whole before it', ...end.missing]));
      continue;
    }
    results.push(end.result);
    if (end.kind === 'stopped') stopped = end;
  }
  return {
    report: {
      version: 1,
      edge: model.name,
      place: ground.causer.place,
      profile: model.profile,
      startedAt: startedAt.toISOString(),
      endedAt: now().toISOString(),
      machine: options.machine,
      load: options.load,
      faults: results,
      verdict: worstVerdict(results.map((result) => result.verdict)),
    },
    failure: stopped?.failure,
  };
}

interface Turn {
  readonly fault: DrillFault;
  readonly results: readonly FaultResult[];
  readonly step: string;
}

async function takeTurn(options: DrillOptions, { fault, results, step }: Turn): Promise<FaultEnd> {
  const { emit, now } = options;
  const task = fault.name;
  const began = now().getTime();
  emit({ code: 'task-started', level: 'progress', data: { task, title: `${step} ${fault.name}` } });
  const end = await permitted(options, { fault, results, step }).catch((error: unknown) => {
    // Nothing was caused this time; before the first fault the reason is all there is to tell.
    if (results.length === 0 || !(error instanceof Fault)) throw error;
    const result = notRun(fault, options.promiseOf(fault), [error.message]);
    return { kind: 'stopped', result, why: error.message, failure: error } satisfies FaultEnd;
  });
  const note = `${step} ${fault.name}: ${end.kind === 'unhealthy' ? 'not run' : inShort(end.result)}`;
  emit({ code: 'task-done', level: 'info', data: { task, note, ms: now().getTime() - began } });
  return end;
}

async function permitted(options: DrillOptions, { fault, results, step }: Turn): Promise<FaultEnd> {
  const allowed = await options.mayCause(fault, results);
  if (allowed.ok) return measureFault(options, fault, { step, allowance: allowed.value });
  return { kind: 'measured', result: notRun(fault, options.promiseOf(fault), [allowed.error]) };
}

function inShort(result: FaultResult): string {
  const [why] = result.reasons;
  switch (result.verdict) {
    case 'kept':
      return `kept, ${milliseconds(result.longestGapMs)} without a success`;
    case 'broken':
      return `BROKEN: ${why ?? ''}`;
    case 'not-judged':
      return `not judged: ${why ?? ''}`;
    case 'not-run':
      return `not run: ${why ?? ''}`;
  }
}

function unhealthy(missing: readonly string[]): Fault {
  return new Fault({
    code: 'unhealthy',
    message: `the edge is not whole, so a drill would say nothing: ${missing.join('; ')}`,
    state: 'nothing was caused',
    next: 'see evenkeel status, and mend it first',
  });
}
