import { counted } from '../base/counted.ts';
import { failureKinds } from '../facts/drill-records.ts';
import type { FailureKind } from '../facts/drill-records.ts';
import type { DrillMachine, DrillReport, FaultResult, Verdict } from '../facts/drill-report.ts';
import { isWorse, runsByFault } from './drill-runs.ts';

/** A verdict as a person reads it. */
export const verdictWords: Readonly<Record<Verdict, string>> = {
  kept: 'kept',
  broken: 'BROKEN',
  'not-judged': 'not judged',
  'not-run': 'not run',
};

/** A duration or a moment that was measured: `142 ms`, `3.62 s`, `75.3 s`, `-5.00 s`. */
export function measured(ms: number): string {
  const size = Math.abs(ms);
  if (size >= 59_950) return `${(ms / 1000).toFixed(1)} s`;
  if (size >= 999.5) return `${(ms / 1000).toFixed(2)} s`;
  return `${Math.round(ms)} ms`;
}

/** A promise in short: `156 ms`, `4.06 s`, `none` when nobody should notice, `repair` when it lasts until repaired. */
export function promiseInShort(promiseMs: number | null): string {
  if (promiseMs === null) return 'repair';
  return promiseMs === 0 ? 'none' : measured(promiseMs);
}

/** A promise in words, with its arithmetic: `100 ms noticed + 6 ms skew + 50 ms take-over = 156 ms`. */
export function promiseInWords({ promiseMs, promiseTerms }: Pick<FaultResult, 'promiseMs' | 'promiseTerms'>): string {
  if (promiseMs === null) return 'it lasts until it is repaired';
  if (promiseMs === 0) return 'nobody notices';
  if (promiseTerms.length === 0) return `at most ${Math.round(promiseMs)} ms`;
  return sumInWords(promiseTerms, promiseMs);
}

/** A sum with what each part is: `100 ms noticed + 6 ms skew = 106 ms`. */
export function sumInWords(terms: FaultResult['promiseTerms'], total: number): string {
  const parts = terms.map(({ what, ms }) => `${Math.round(ms)} ms ${what}`);
  return `${parts.join(' + ')} = ${Math.round(total)} ms`;
}

const failureWords: Readonly<Record<FailureKind, string>> = {
  'no-address': 'without an address',
  refused: 'refused',
  'connect-timeout': 'without a connection in time',
  tls: 'in the TLS handshake',
  reset: 'broken off',
  'no-answer': 'without an answer in time',
  status: 'with status 500 or more',
  'wrong-bytes': 'with wrong bytes',
};

/** Failures by kind: `5 refused, 2 broken off`; empty without any. */
export function failuresInWords(failedBy: FaultResult['failedBy']): string {
  return failureKinds
    .flatMap((kind) => ((failedBy[kind] ?? 0) > 0 ? [`${failedBy[kind]} ${failureWords[kind]}`] : []))
    .join(', ');
}

/** When everything succeeded again, at the latest of all runs; `repair` when that took the repair. */
export function wholeInWords(runs: readonly FaultResult[]): string {
  const ran = runs.filter((run) => run.verdict !== 'not-run');
  const alone = ran.map((run) => run.wholeAfterFaultMs).filter((ms) => ms !== null);
  if (alone.length === ran.length) return measured(Math.max(0, ...alone));
  return ran.every((run) => run.wholeAfterHealMs !== null) ? 'repair' : 'NEVER';
}

/** Where it was measured, as parts of one line. */
export function machineInWords(machine: DrillMachine): readonly string[] {
  return [
    `${counted(machine.cpus, 'CPU')} (${machine.cpu})`,
    `${(machine.memoryMib / 1024).toFixed(1)} GiB of memory`,
    `Linux ${machine.kernel}`,
    `Node ${machine.node}`,
    `evenkeel ${machine.evenkeel}`,
    ...machine.daemons,
  ];
}

/** How late the probe was, over all faults that were measured. */
export function jitterInWords(report: DrillReport): string {
  const ran = report.faults.filter((fault) => fault.verdict !== 'not-run');
  if (ran.length === 0) return 'nothing was measured';
  const worst = Math.max(...ran.map((fault) => fault.jitter.worstMs));
  const p99 = Math.max(...ran.map((fault) => fault.jitter.p99Ms));
  return `the probe's own timers were late by ${p99.toFixed(1)} ms or less 99 times of 100, and by ${worst.toFixed(1)} ms at worst`;
}

/** A report in one sentence: `6 of 8 faults kept their promise; 1 broken, 1 not run`. */
export function verdictInWords(report: DrillReport): string {
  const faults = runsByFault(report);
  const count = (verdict: Verdict): number => faults.filter((fault) => fault.verdict === verdict).length;
  const kept = count('kept');
  const rest = (['broken', 'not-judged', 'not-run'] as const)
    .filter((verdict) => count(verdict) > 0)
    .toSorted((a, b) => (isWorse(a, b) ? -1 : 1))
    .map((verdict) => `${count(verdict)} ${verdictWords[verdict].toLowerCase()}`);
  if (faults.length === 1 && rest.length > 0) return `the fault: ${rest.join(', ').slice(2)}`;
  if (rest.length > 0) return `${kept} of ${faults.length} faults kept their promise; ${rest.join(', ')}`;
  return faults.length === 1 ? 'the fault kept its promise' : `all ${faults.length} faults kept their promise`;
}
