import { createHash } from 'node:crypto';
import type { FaultDetails } from '../base/fault.ts';
import { failure, success } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { isObject, parseJson, textAt } from '../facts/fields.ts';
import type { Plan } from './plan.ts';

/** A plan as one JSON document, for `--json` and for `plan --out FILE`. Holds no secret. */
export function planJson(plan: Plan): string {
  return `${JSON.stringify({ format: 'evenkeel-plan', hash: planHash(plan), plan }, undefined, 2)}\n`;
}

/**
 * Hash of a plan: of everything desired (its generation) and of everything found on the hosts that matters to it. Not of
 * the order of hosts: that follows the VIPs, which may move at any time.
 */
export function planHash(plan: Plan): string {
  const hosts = plan.hosts.toSorted((a, b) => (a.host < b.host ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify({ ...plan, hosts }))
    .digest('hex');
}

/**
 * Whether a saved plan is still what would be done: `fresh` is computed again from the edge file and the hosts as
 * they are now. When it is not, says which of the two changed.
 */
export function checkSavedPlan(saved: string, fresh: Plan): Result<undefined, FaultDetails> {
  const document = parseJson(saved);
  const plan = isObject(document) ? document['plan'] : undefined;
  if (!isObject(document) || !isObject(plan) || document['format'] !== 'evenkeel-plan') {
    return failure({
      code: 'plan-outdated',
      message: 'the saved plan is not a plan of evenkeel',
      state: 'nothing was changed',
      next: 'Save one with `evenkeel plan --out FILE`',
    });
  }
  if (textAt(document, 'hash') === planHash(fresh)) return success(undefined);
  const cause =
    textAt(plan, 'generation') === fresh.generation
      ? 'the hosts are not as they were when the plan was made'
      : 'the edge file, a certificate or a key changed after the plan was made';
  return failure({
    code: 'plan-outdated',
    message: `the saved plan is out of date: ${cause}`,
    state: 'nothing was changed',
    next: 'Look at a new plan with `evenkeel plan`, then apply that one',
  });
}
