import { median } from '../base/median.ts';
import type { DrillReport, FaultResult, Verdict } from '../facts/drill-report.ts';

/** All runs of one fault in a report. */
export interface FaultRuns {
  readonly name: string;
  /** In the order in which they ran. */
  readonly runs: readonly [FaultResult, ...FaultResult[]];
  /** The run that a reader should see: the worst verdict, and of those the longest gap. */
  readonly worst: FaultResult;
  /** The worst verdict of all runs: one that broke its promise is not made good by nine that kept it. */
  readonly verdict: Verdict;
  /** Over the runs that were measured; undefined when none was. */
  readonly gap: { readonly medianMs: number; readonly worstMs: number } | undefined;
}

const ranks: Readonly<Record<Verdict, number>> = { kept: 0, 'not-run': 1, 'not-judged': 2, broken: 3 };

/** Whether the first verdict is worse than the second. */
export function isWorse(verdict: Verdict, other: Verdict): boolean {
  return ranks[verdict] > ranks[other];
}

/** The results of a report by fault, in the order of their first run. */
export function runsByFault(report: Pick<DrillReport, 'faults'>): readonly FaultRuns[] {
  const byName = new Map<string, [FaultResult, ...FaultResult[]]>();
  for (const result of report.faults) {
    const runs = byName.get(result.name);
    if (runs === undefined) byName.set(result.name, [result]);
    else runs.push(result);
  }
  return [...byName].map(([name, runs]) => {
    const worst = runs.reduce((found, run) => (isWorseRun(run, found) ? run : found));
    const gaps = runs.filter((run) => run.verdict !== 'not-run').map((run) => run.longestGapMs);
    return { name, runs, worst, verdict: worst.verdict, gap: gapOf(gaps) };
  });
}

function isWorseRun(run: FaultResult, other: FaultResult): boolean {
  return run.verdict === other.verdict ? run.longestGapMs > other.longestGapMs : isWorse(run.verdict, other.verdict);
}

function gapOf(gaps: readonly number[]): FaultRuns['gap'] {
  return gaps.length === 0 ? undefined : { medianMs: median(gaps), worstMs: Math.max(...gaps) };
}

/** `repeated`: some faults were caused several times. */
export type RunsKind = 'once' | 'repeated';

/** Whether each fault was caused once, or some of them again and again: their runs then share a line. */
export function runsKind(faults: readonly FaultRuns[]): RunsKind {
  return faults.some((fault) => fault.runs.length > 1) ? 'repeated' : 'once';
}
