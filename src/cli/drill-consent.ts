import { formatDuration } from '../base/duration.ts';
import { failure, type Result, success } from '../base/result.ts';
import { judgeConsent } from '../drill/consent.ts';
import type { DrillFault } from '../drill/drill-fault.ts';
import type { DrillOptions } from '../drill/drill-options.ts';
import { untilRepairedMs } from '../drill/measure-fault.ts';
import { wholePromise } from '../drill/stream-promise.ts';
import type { DrillFlags } from './drill-flags.ts';

/**
 * Whether a drill may be held at all, judged by its promises, and then, before each fault, by what the faults before it
 * have cost in truth. A lab asks for nothing. The failure is everything that is missing, as sentences.
 */
export function drillConsent(
  flags: Pick<DrillFlags, 'real' | 'consent' | 'budget' | 'maxFaults'>,
  drill: { readonly faults: readonly DrillFault[]; readonly promiseOf: DrillOptions['promiseOf'] },
): Result<DrillOptions['mayCause'], readonly string[]> {
  const { budget, maxFaults, consent = [] } = flags;
  if (!flags.real) {
    return consent.length === 0 && budget === undefined && maxFaults === undefined
      ? success(() => Promise.resolve(success(undefined)))
      : failure(['--consent, --budget and --max-faults are for --real: in the lab nobody is served']);
  }
  const judged = judgeConsent({
    faults: drill.faults,
    promises: new Map(drill.faults.map((fault) => [fault.name, wholePromise(drill.promiseOf(fault))])),
    consent,
    budget: { outageMs: budget, faults: maxFaults },
    observationMs: untilRepairedMs,
  });
  if (!judged.ok) return judged;
  return success((_, results) => {
    const spent = results.reduce((sum, result) => sum + result.longestGapMs, 0);
    if (budget === undefined || spent <= budget) return Promise.resolve(success(undefined));
    const said = `the budget of ${formatDuration(budget)} is spent: ${formatDuration(Math.round(spent))} of outage so far`;
    return Promise.resolve(failure(said));
  });
}
