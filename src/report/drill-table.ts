import { counted } from '../base/counted.ts';
import type { DrillReport, FaultResult, Verdict } from '../facts/drill-report.ts';
import { runsByFault, runsKind } from './drill-runs.ts';
import type { FaultRuns, RunsKind } from './drill-runs.ts';
import {
  failuresInWords,
  jitterInWords,
  machineInWords,
  measured,
  promiseInShort,
  verdictInWords,
  verdictWords,
  wholeInWords,
} from './drill-words.ts';
import { momentInWords } from './report-words.ts';
import { alignRight, textTable } from './text-table.ts';
import type { Cell } from './text-table.ts';
import { joinLines, wrapWords } from './text-lines.ts';
import type { TextStyle, TextTone } from './text-style.ts';
import { visibleText } from './visible-text.ts';

/** A longer name stands on a line of its own, so that the table keeps its width. */
const widestName = 22;

const tones: Readonly<Record<Verdict, TextTone>> = {
  kept: 'good',
  broken: 'bad',
  'not-judged': 'warn',
  'not-run': 'warn',
};

/**
 * A drill as text: the verdict, a line for each fault (its runs together), why anything is not kept, and where and how
 * exactly it was measured. 100 columns at most, and every state is a word.
 */
export function printDrillReport(report: DrillReport, style: TextStyle): string {
  const faults = runsByFault(report);
  const where = report.place === 'lab' ? 'in the lab' : 'on real hosts';
  const profile = report.profile === 'reference' ? ', with the reference settings' : '';
  const verdict = report.verdict === 'kept' ? style('good', 'KEPT') : style('bad', 'NOT KEPT');
  return joinLines([
    [`${verdict}  ${visibleText(report.edge)} ${where}${profile}: ${verdictInWords(report)}`],
    tableLines(faults, style),
    faults.flatMap((fault) => reasonLines(fault, style)),
    [
      ...wrapWords(machineInWords(report.machine), { separator: ', ', first: 'measured on  ' }),
      ...wrapWords(jitterInWords(report).split(' '), { separator: ' ', first: 'exactness    ' }),
    ].map((line) => style('quiet', line)),
    [
      style(
        'quiet',
        `from ${visibleText(momentInWords(report.startedAt))} to ${visibleText(momentInWords(report.endedAt))}`,
      ),
    ],
  ]);
}

function tableLines(faults: readonly FaultRuns[], style: TextStyle): readonly string[] {
  const kind = runsKind(faults);
  const repeated = kind === 'repeated';
  const head = [
    'fault',
    'verdict',
    ...(repeated ? ['runs'] : []),
    ...(repeated ? ['failed/of'] : ['requests', 'failed']),
    ...(repeated ? ['median', 'worst'] : ['longest gap']),
    'promise',
    'broken',
    repeated ? 'whole' : 'whole again',
  ];
  const rows = faults.map((fault) => faultRow(fault, kind));
  const table = textTable(alignRight([head, ...rows], { from: 2 }), style);
  return [
    style('quiet', table[0] ?? ''),
    ...faults.flatMap((fault, index) => [
      ...(fault.name.length > widestName ? [`  ${visibleText(fault.name)}`] : []),
      table[index + 1] ?? '',
      ...failureLines(fault, style),
    ]),
    '',
    ...legend(kind).map((line) => style('quiet', line)),
  ];
}

function legend(kind: RunsKind): readonly string[] {
  const gap =
    kind === 'repeated'
      ? 'median, worst: the longest time without a success in a run'
      : 'gap: the longest time without a success';
  return [`  ${gap}; broken: long connections`, '  repair: it lasts until it is repaired'];
}

function faultRow({ name, runs, verdict, gap, worst }: FaultRuns, kind: RunsKind): readonly Cell[] {
  const repeated = kind === 'repeated';
  const first = name.length > widestName ? '' : name;
  const mark: Cell = { text: verdictWords[verdict], tone: tones[verdict] };
  if (gap === undefined) return [first, mark, ...(repeated ? [String(runs.length)] : [])];
  const sum = (pick: (run: FaultResult) => number): string => String(runs.reduce((all, run) => all + pick(run), 0));
  return [
    first,
    mark,
    ...(repeated ? [String(runs.length)] : []),
    ...(repeated
      ? [`${sum((run) => run.failed)}/${sum((run) => run.requests)}`]
      : [sum((run) => run.requests), sum((run) => run.failed)]),
    ...(repeated ? [measured(gap.medianMs)] : []),
    measured(gap.worstMs),
    promiseInShort(worst.promiseMs),
    sum((run) => run.brokenConnections),
    wholeInWords(runs),
  ];
}

function failureLines({ runs }: FaultRuns, style: TextStyle): readonly string[] {
  const all = new Map<string, number>();
  for (const run of runs) {
    for (const [kind, count] of Object.entries(run.failedBy)) all.set(kind, (all.get(kind) ?? 0) + count);
  }
  const words = failuresInWords(Object.fromEntries(all));
  if (words === '') return [];
  return wrapWords(words.split(', '), { separator: ', ', first: '    failed: ' }).map((line) => style('quiet', line));
}

/** The reasons of the worst run; how many others there are is counted, and the HTML report has them. */
function reasonLines({ name, runs, verdict, worst }: FaultRuns, style: TextStyle): readonly string[] {
  const judged = runs.filter((run) => run.verdict !== 'kept');
  if (judged.length === 0) return [];
  const often = runs.length > 1 ? ` (${judged.length} of ${counted(runs.length, 'run')}; the worst of them:)` : '';
  return [
    `${style(tones[verdict], verdictWords[verdict])}  ${visibleText(name)}${often}`,
    ...(worst.reasons.length === 0 ? ['no reason was written down'] : worst.reasons).flatMap((reason) =>
      wrapWords(reason.split(' '), { separator: ' ', first: '  ' }),
    ),
  ];
}
