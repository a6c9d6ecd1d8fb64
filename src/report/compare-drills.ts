import { median } from '../base/median.ts';
import type { DrillReport, FaultResult, Verdict } from '../facts/drill-report.ts';
import { isWorse, runsByFault } from './drill-runs.ts';
import type { FaultRuns } from './drill-runs.ts';

/** One fault in two reports. Durations are milliseconds. */
export interface FaultComparison {
  readonly name: string;
  readonly change: 'worse' | 'better' | 'same' | 'not-comparable';
  /** Why it is worse or better, or can't be compared; sentences. */
  readonly reasons: readonly string[];
  readonly before: ComparedRuns;
  readonly after: ComparedRuns;
  /** Gaps that differ by this or less count as the same: the longest wait between two successes without any fault. */
  readonly resolutionMs: number;
}

/** All runs of one fault in one report. */
export interface ComparedRuns {
  readonly runs: number;
  readonly verdict: Verdict;
  /** undefined: never measured. */
  readonly gap: FaultRuns['gap'];
  /** A run's failed requests, the median of all. */
  readonly failed: number;
  readonly promiseMs: number | null;
}

/** Two reports held against each other, fault by fault. All of it is JSON. */
export interface DrillComparison {
  readonly before: ComparedReport;
  readonly after: ComparedReport;
  readonly faults: readonly FaultComparison[];
  /** Names of faults that only one of the two has. */
  readonly onlyBefore: readonly string[];
  readonly onlyAfter: readonly string[];
  /** What makes the figures hard to compare: another machine, other settings; sentences. */
  readonly warnings: readonly string[];
}

/** Which report it is. */
export type ComparedReport = Pick<DrillReport, 'edge' | 'place' | 'profile' | 'startedAt' | 'verdict'>;

/**
 * Compares two reports. A fault is worse when its verdict is, or when its median gap grew by more than the measurement
 * can resolve; better the other way round. Medians are compared, so that a single slow run changes nothing.
 */
export function compareDrills(before: DrillReport, after: DrillReport): DrillComparison {
  const old = new Map(runsByFault(before).map((runs) => [runs.name, runs]));
  const fresh = runsByFault(after);
  const freshNames = new Set(fresh.map((runs) => runs.name));
  return {
    before: which(before),
    after: which(after),
    faults: fresh.flatMap((runs) => {
      const other = old.get(runs.name);
      return other === undefined ? [] : [compareFault(other, runs)];
    }),
    onlyBefore: [...old.keys()].filter((name) => !freshNames.has(name)),
    onlyAfter: [...freshNames].filter((name) => !old.has(name)),
    warnings: differences(before, after),
  };
}

function which({ edge, place, profile, startedAt, verdict }: DrillReport): ComparedReport {
  return { edge, place, profile, startedAt, verdict };
}

function compareFault(before: FaultRuns, after: FaultRuns): FaultComparison {
  const resolutionMs = Math.max(resolution(before.runs), resolution(after.runs));
  const sides = { before: compared(before), after: compared(after) };
  const { change, reasons } = judge(before, after, resolutionMs);
  return { name: after.name, change, reasons, ...sides, resolutionMs };
}

function judge(before: FaultRuns, after: FaultRuns, resolutionMs: number): Pick<FaultComparison, 'change' | 'reasons'> {
  const notMeasured = [before, after].find((side) => side.gap === undefined || side.verdict === 'not-judged');
  if (notMeasured !== undefined || before.gap === undefined || after.gap === undefined) {
    const side = notMeasured === before ? 'before' : 'after';
    const why = notMeasured?.gap === undefined ? 'was not run' : 'could not be judged';
    return { change: 'not-comparable', reasons: [`${side}, it ${why}`] };
  }
  // What lasts until the repair is as long as the drill waited with it: that says nothing about the edge.
  const waited = lastsUntilRepaired(before) && lastsUntilRepaired(after);
  const grown = waited ? 0 : after.gap.medianMs - before.gap.medianMs;
  const worse: string[] = [];
  const better: string[] = [];
  if (isWorse(after.verdict, before.verdict)) worse.push('its promise was kept and is broken now');
  if (isWorse(before.verdict, after.verdict)) better.push('its promise was broken and is kept now');
  if (grown > resolutionMs) worse.push(`its gap is ${Math.round(grown)} ms longer`);
  if (grown < -resolutionMs) better.push(`its gap is ${Math.round(-grown)} ms shorter`);
  // A promise that is broken now is worse, whatever else became better.
  if (worse.length > 0) return { change: 'worse', reasons: [...worse, ...better] };
  return { change: better.length > 0 ? 'better' : 'same', reasons: better };
}

function lastsUntilRepaired({ runs }: FaultRuns): boolean {
  return runs.every((run) => run.wholeAfterFaultMs === null);
}

/** The longest gap of any stream before its fault, over all runs. */
function resolution(runs: readonly FaultResult[]): number {
  return Math.max(0, ...runs.flatMap((run) => run.streams.map((stream) => stream.baselineGapMs)));
}

function compared({ runs, verdict, gap, worst }: FaultRuns): ComparedRuns {
  const failed = median(runs.filter((run) => run.verdict !== 'not-run').map((run) => run.failed));
  return { runs: runs.length, verdict, gap, failed: Number.isNaN(failed) ? 0 : failed, promiseMs: worst.promiseMs };
}

function differences(before: DrillReport, after: DrillReport): readonly string[] {
  const pairs: readonly (readonly [string, string, string])[] = [
    ['edge', before.edge, after.edge],
    ['place', before.place, after.place],
    ['profile', before.profile, after.profile],
    ['computer', computer(before), computer(after)],
    ['daemons', before.machine.daemons.join(', '), after.machine.daemons.join(', ')],
    ['load', loadText(before), loadText(after)],
  ];
  return pairs
    .filter(([, old, fresh]) => old !== fresh)
    .map(([what, old, fresh]) =>
      what === 'load' ? 'the load is not the same' : `the ${what} is not the same: ${old} before, ${fresh} after`,
    );
}

function computer({ machine }: DrillReport): string {
  return `${machine.cpus} x ${machine.cpu}, ${machine.memoryMib} MiB, Linux ${machine.kernel}`;
}

function loadText(report: DrillReport): string {
  return report.load.map((stream) => `${stream.id}: ${stream.title}`).join('; ');
}
