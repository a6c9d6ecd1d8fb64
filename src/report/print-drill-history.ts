import type { DrillReport, Verdict } from '../facts/drill-report.ts';
import { measured, verdictWords } from './drill-words.ts';
import { momentInWords } from './report-words.ts';
import { alignRight, textTable } from './text-table.ts';
import type { TextStyle } from './text-style.ts';

/** What a line of the history needs to know of a drill. */
export interface HistoryLine {
  readonly id: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly place: DrillReport['place'];
  readonly profile: DrillReport['profile'];
  readonly faults: number;
  readonly verdict: Verdict;
  readonly worst: { readonly name: string; readonly gapMs: number } | undefined;
}

/** The history as a table, the newest drill last, where the eye is after it was printed. */
export function printDrillHistory(drills: readonly HistoryLine[], style: TextStyle): string {
  if (drills.length === 0) return 'no drill was kept yet\n';
  const head = ['drill', 'faults', 'when', 'where', 'settings', 'verdict', 'longest time without a success'];
  const rows = drills.map(({ id, startedAt, place, profile, faults, verdict, worst }) => [
    String(id),
    String(faults),
    momentInWords(startedAt),
    place === 'lab' ? 'lab' : 'real hosts',
    profile,
    { text: verdictWords[verdict], tone: verdict === 'kept' ? ('good' as const) : ('bad' as const) },
    worst === undefined ? 'nothing was measured' : `${measured(worst.gapMs)} (${worst.name})`,
  ]);
  const [numbers = [], ...lines] = alignRight(
    [head, ...rows].map((row) => row.slice(0, 2)),
    { from: 0 },
  );
  const table = [head, ...rows].map((row, index) => [
    ...((index === 0 ? numbers : lines[index - 1]) ?? []),
    ...row.slice(2),
  ]);
  const [first = '', ...rest] = textTable(table, style);
  return `${[style('quiet', first), ...rest].join('\n')}\n`;
}
