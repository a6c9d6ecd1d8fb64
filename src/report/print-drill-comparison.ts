import { counted } from '../base/counted.ts';
import type { ComparedReport, ComparedRuns, DrillComparison, FaultComparison } from './compare-drills.ts';
import { measured, verdictWords } from './drill-words.ts';
import { momentInWords } from './report-words.ts';
import { joinLines, wrapWords } from './text-lines.ts';
import { alignRight, textTable } from './text-table.ts';
import type { Cell } from './text-table.ts';
import type { TextStyle, TextTone } from './text-style.ts';
import { visibleText } from './visible-text.ts';

const changes: Readonly<Record<FaultComparison['change'], { readonly word: string; readonly tone: TextTone }>> = {
  worse: { word: 'WORSE', tone: 'bad' },
  better: { word: 'better', tone: 'good' },
  same: { word: 'same', tone: 'quiet' },
  'not-comparable': { word: 'not comparable', tone: 'warn' },
};

/** A longer name stands on a line of its own. */
const widestName = 20;

/** Two reports side by side: what became worse or better first in words, then every fault's figures before and after. */
export function printDrillComparison(comparison: DrillComparison, style: TextStyle): string {
  const { faults, onlyBefore, onlyAfter, warnings } = comparison;
  const only = (side: string, names: readonly string[]): readonly string[] =>
    names.length === 0 ? [] : wrapWords(names, { separator: ', ', first: `only ${side}: ` });
  return joinLines([
    [summary(faults, style)],
    [reportLine('before', comparison.before), reportLine('after ', comparison.after)],
    warnings.flatMap((warning) =>
      wrapWords(`warning: ${warning}`.split(' '), { separator: ' ', first: '' }).map((line) => style('warn', line)),
    ),
    faults.length === 0 ? [] : tableLines(faults, style),
    [...only('before', onlyBefore), ...only('after', onlyAfter)],
  ]);
}

function summary(faults: readonly FaultComparison[], style: TextStyle): string {
  const count = (change: FaultComparison['change']): number => faults.filter((fault) => fault.change === change).length;
  if (faults.length === 0) return style('warn', 'no fault is in both reports');
  const parts = (['worse', 'better', 'same', 'not-comparable'] as const)
    .filter((change) => count(change) > 0)
    .map((change) => style(changes[change].tone, `${count(change)} ${changes[change].word}`));
  return `${counted(faults.length, 'fault')}: ${parts.join(', ')}`;
}

function reportLine(side: string, { edge, place, profile, startedAt, verdict }: ComparedReport): string {
  const settings = profile === 'reference' ? ', reference settings' : '';
  return `${side}  ${visibleText(`${momentInWords(startedAt)}  ${edge}`)}, ${place === 'lab' ? 'lab' : 'real hosts'}${settings}: ${verdictWords[verdict]}`;
}

function tableLines(faults: readonly FaultComparison[], style: TextStyle): readonly string[] {
  const head = ['fault', '', 'median before', 'after', 'worst before', 'after', 'failed', 'after'];
  const rows = faults.map((fault): readonly Cell[] => {
    const { word, tone } = changes[fault.change];
    const { before, after } = fault;
    return [
      fault.name.length > widestName ? '' : fault.name,
      { text: word, tone },
      gapText(before, 'medianMs'),
      gapText(after, 'medianMs'),
      gapText(before, 'worstMs'),
      gapText(after, 'worstMs'),
      String(before.failed),
      String(after.failed),
    ];
  });
  const table = textTable(alignRight([head, ...rows], { from: 2 }), style);
  return [
    style('quiet', table[0] ?? ''),
    ...faults.flatMap((fault, index) => [
      ...(fault.name.length > widestName ? [`  ${visibleText(fault.name)}`] : []),
      table[index + 1] ?? '',
      ...fault.reasons.map((reason) => style('quiet', `    ${visibleText(reason)}`)),
    ]),
    '',
    style('quiet', '  gaps are the longest times without a success; a difference that the load can'),
    style('quiet', `  not resolve counts as the same (up to ${measured(resolution(faults))} here)`),
  ];
}

function gapText(side: ComparedRuns, which: 'medianMs' | 'worstMs'): string {
  return side.gap === undefined ? '-' : measured(side.gap[which]);
}

function resolution(faults: readonly FaultComparison[]): number {
  return Math.max(0, ...faults.map((fault) => fault.resolutionMs));
}
