import { formatDuration } from '../base/duration.ts';
import { failure, type Result, success } from '../base/result.ts';
import { costOf, judgeConsent } from '../drill/consent.ts';
import type { DrillFault } from '../drill/drill-fault.ts';
import type { DrillOptions } from '../drill/drill-options.ts';
import { untilRepairedMs } from '../drill/measure-fault.ts';
import { wholePromise } from '../drill/stream-promise.ts';
import type { DrillFlags } from './drill-flags.ts';

/**
 * Whether a drill may be held at all, judged by its promises, and then, before each fault, by what the faults before it
 * have cost in truth and what this one may. A fault that costs more than is left is healed at once. A lab asks for nothing.
 * The failure is everything that is missing, as sentences.
 */
export function drillConsent(
  flags: Pick<DrillFlags, 'real' | 'consent' | 'budget' | 'maxFaults'>,
  drill: { readonly faults: readonly DrillFault[]; readonly promiseOf: DrillOptions['promiseOf'] },
): Result<DrillOptions['mayCause'], readonly string[]> {
  const { budget, maxFaults, consent = [] } = flags;
  if (!flags.real) {
    return consent.length === 0 && budget === undefined && maxFaults === undefined
      ? success(() => Promise.resolve(success({ outageMs: undefined })))
      : failure(['--consent, --budget and --max-faults are for --real: in the lab nobody is served']);
  }
  const together = drill.faults.filter(({ expect }) => expect.kind === 'proof' && expect.faults.length > 1);
  if (together.length > 0) {
    const names = [...new Set(together.map(({ name }) => name))].join(', ');
    return failure([`${names}: two faults at once are never caused on real hosts; drill them in the lab`]);
  }
  const judged = judgeConsent({
    faults: drill.faults,
    promises: new Map(drill.faults.map((fault) => [fault.name, wholePromise(drill.promiseOf(fault))])),
    consent,
    budget: { outageMs: budget, faults: maxFaults },
    observationMs: untilRepairedMs,
  });
  if (!judged.ok) return judged;
  return success((fault, results) => {
    if (budget === undefined) return Promise.resolve(failure('no budget is given'));
    const spent = results.reduce((sum, result) => sum + result.longestGapMs, 0);
    const next = costOf(wholePromise(drill.promiseOf(fault)), untilRepairedMs);
    if (spent + next <= budget) return Promise.resolve(success({ outageMs: budget - spent }));
    const said =
      `of the budget of ${formatDuration(budget)}, ${formatDuration(Math.ceil(spent))} of outage are spent; ` +
      `this fault may cost ${formatDuration(Math.ceil(next))} more`;
    return Promise.resolve(failure(said));
  });
}
