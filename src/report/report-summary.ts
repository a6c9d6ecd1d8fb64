import { counted } from '../base/counted.ts';
import type { EdgeReport } from './edge-report.ts';
import { lengthInWords, shareInWords, utcInWords, vipInWords } from './report-words.ts';

/** What a reader of figures has to know. */
export const unknownWords =
  'Unknown is time in which the dashboard did not run or could not ask. It counts neither as up nor as down.';

/** `devops: 2026-11`, `devops: incident from ... to ...`. */
export function reportTitle({ kind, edge, place, from, to }: EdgeReport): string {
  const where = place === 'lab' ? ' (lab)' : '';
  return kind === 'month'
    ? `${edge}${where}: ${from.slice(0, 7)}`
    : `${edge}${where}: ${utcInWords(from)} to ${utcInWords(to)} UTC`;
}

/** What is most important, in a few lines. */
export function reportSummary(report: EdgeReport): readonly string[] {
  const { availability, problems, holders, operations, kind } = report;
  const known = availability.filter((row) => row.availability !== null);
  const worst = known.toSorted((a, b) => (a.availability ?? 0) - (b.availability ?? 0))[0];
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  // Of one that was held by the same before and after nobody watched, no change is known.
  const moves = holders.filter((span, index) => {
    const before = holders[index - 1];
    return before?.vip === span.vip && before.holders.join(' ') !== span.holders.join(' ');
  }).length;
  return [
    ...(kind === 'month' ? [targetWords(report)] : []),
    worst === undefined
      ? 'nothing is known of availability: nobody asked'
      : worst.outageMs === 0
        ? 'no question of the probe failed'
        : `lowest availability: ${shareInWords(worst.availability)}, ${worst.site} through ${vipInWords(worst)}, ` +
          `${lengthInWords(worst.outageMs)} of outage, ${lengthInWords(worst.longestGapMs)} at most in one piece`,
    ...unknownPart(report),
    `${counted(errors, 'problem')} and ${counted(problems.length - errors, 'warning')}`,
    `VIPs changed their holder ${counted(moves, 'time')}`,
    `${counted(operations.length, 'operation')} by people`,
  ];
}

/** Figures of little known time must not read as those of all of it. */
function unknownPart({ availability }: EdgeReport): readonly string[] {
  const most = Math.max(
    0,
    ...availability.map(({ unknownMs, knownMs }) => unknownMs / Math.max(1, unknownMs + knownMs)),
  );
  if (most < 0.01 || availability.every(({ knownMs }) => knownMs === 0)) return [];
  return [`up to ${Math.ceil(most * 100)} % of the time is unknown, and counts neither as up nor as down`];
}

function targetWords({ availability }: EdgeReport): string {
  const judged = availability.filter(({ slo }) => slo !== null);
  const missed = judged.filter(({ verdict }) => verdict === 'missed');
  const unknown = judged.filter(({ verdict }) => verdict === 'unknown').length;
  if (judged.length === 0) return 'no site has a target: write `slo: 99.9%` at a site of the edge file';
  if (missed.length > 0) {
    return `${missed.length} of ${counted(judged.length, 'target')} MISSED: ${missed
      .slice(0, 5)
      .map((row) => `${row.site} through ${vipInWords(row)}`)
      .join(', ')}${missed.length > 5 ? ' and others' : ''}`;
  }
  const rest = unknown === 0 ? '' : `, ${unknown} unknown`;
  return `${judged.length - unknown} of ${counted(judged.length, 'target')} met${rest}`;
}
