import { counted } from '../base/counted.ts';
import { formatDuration, parseDuration } from '../base/duration.ts';
import { failure, type Result, success } from '../base/result.ts';
import type { Outage } from '../proof/promise.ts';
import type { DrillFault } from './drill-fault.ts';

/** What a person allows a drill to cost on real hosts. */
export interface DrillBudget {
  /** `--budget`: of promised outage, all faults together; undefined: not given. Milliseconds. */
  readonly outageMs: number | undefined;
  /** `--max-faults`: how many faults may be caused, one after the other; undefined: not given. */
  readonly faults: number | undefined;
}

/** What is judged before a drill may touch real hosts. */
export interface ConsentCase {
  /** What is asked for, in order; a fault that is caused again counts again. */
  readonly faults: readonly Pick<DrillFault, 'name'>[];
  /** The promise of each fault by name. What has none counts as lasting until it is repaired. */
  readonly promises: ReadonlyMap<string, Outage>;
  /** `--consent`: names of faults. */
  readonly consent: readonly string[];
  readonly budget: DrillBudget;
  /** What a fault costs that lasts until it is repaired: so long it is looked at, then it is healed. Milliseconds. */
  readonly observationMs: number;
}

/** What a drill will cost at most, when its promises are true. */
export interface DrillCost {
  readonly outageMs: number;
}

/**
 * Whether a drill may run on real hosts: with consent for each of its faults by name, and within the budget. The failure is
 * everything that is missing, as sentences. That faults never overlap is for the journal to see to.
 */
export function judgeConsent(asked: ConsentCase): Result<DrillCost, readonly string[]> {
  const { faults, consent, budget } = asked;
  const names = [...new Set(faults.map((fault) => fault.name))];
  const missing = names.filter((name) => !consent.includes(name));
  const idle = [...new Set(consent)].filter((name) => !names.includes(name));
  const outageMs = faults.reduce((sum, fault) => sum + costOf(asked.promises.get(fault.name), asked.observationMs), 0);
  const refusals = [
    ...missing.map((name) => `${name} is not consented to: give --consent ${name}`),
    ...idle.map((name) => `--consent ${name} is for a fault that is not asked for`),
    ...overBudget(outageMs, budget),
    ...tooMany(faults.length, budget),
  ];
  return refusals.length === 0 ? success({ outageMs }) : failure(refusals);
}

/** What a fault costs at most, when its promise is true. `promise` undefined: it lasts until it is repaired. Milliseconds. */
export function costOf(promise: Outage | undefined, observationMs: number): number {
  switch (promise?.kind) {
    case 'none':
      return 0;
    case 'bounded':
      return promise.ms;
    case 'until-repaired':
    case undefined:
      return observationMs;
  }
}

function overBudget(outageMs: number, { outageMs: allowed }: DrillBudget): readonly string[] {
  const cost = `these faults cost up to ${formatDuration(Math.ceil(outageMs))} of outage`;
  if (allowed === undefined) return [`${cost}, and no budget is given: give --budget ${roundUp(outageMs)}`];
  if (outageMs <= allowed) return [];
  return [`${cost}, and the budget is ${formatDuration(allowed)}: drill fewer, or give --budget ${roundUp(outageMs)}`];
}

/** The next whole second, as `--budget` is written. */
function roundUp(ms: number): string {
  return `${Math.max(1, Math.ceil(ms / 1000))}s`;
}

function tooMany(count: number, { faults: allowed }: DrillBudget): readonly string[] {
  if (allowed !== undefined && count <= allowed) return [];
  const asked = `${counted(count, 'fault')} would be caused`;
  if (allowed === undefined) return [`${asked}, and no number is allowed: give --max-faults ${count}`];
  return [`${asked}, and ${allowed} are allowed: drill fewer, or give --max-faults ${count}`];
}

/** Reads `--budget`; undefined when it is no duration above zero. */
export function readBudget(text: string): number | undefined {
  const ms = parseDuration(text);
  return ms === undefined || ms <= 0 ? undefined : ms;
}
