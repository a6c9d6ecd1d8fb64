import { counted } from '../base/counted.ts';
import type { EdgeReport } from './edge-report.ts';
import { reportSummary, reportTitle, unknownWords } from './report-summary.ts';
import { type ReportTable, reportTables } from './report-tables.ts';
import { utcInWords } from './report-words.ts';
import { visibleText } from './visible-text.ts';

/** A report as Markdown (CommonMark with tables), for a ticket or a wiki. */
export function reportMarkdown(report: EdgeReport): string {
  const parts = [
    `# ${escapeMarkdown(reportTitle(report))}`,
    `Written ${utcInWords(report.writtenAt)} UTC. All times are UTC.`,
    reportSummary(report)
      .map((line) => `- ${escapeMarkdown(line)}`)
      .join('\n'),
    ...reportTables(report).map(tableMarkdown),
    escapeMarkdown(unknownWords),
  ];
  return `${parts.join('\n\n')}\n`;
}

function tableMarkdown({ title, note, heads, rows, empty, leftOut }: ReportTable): string {
  const row = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
  const body =
    rows.length === 0
      ? escapeMarkdown(empty)
      : [row(heads), `|${heads.map(() => '---|').join('')}`, ...rows.map(row)].join('\n');
  const more = leftOut === 0 ? [] : [`and ${counted(leftOut, 'row')} more: \`--json\` has them`];
  return [`## ${title}`, ...(note === '' ? [] : [escapeMarkdown(note)]), body, ...more].join('\n\n');
}

/** Text that stays text: no markup of Markdown, no HTML, one line. */
export function escapeMarkdown(text: string): string {
  return visibleText(text.replaceAll(/\s+/g, ' ').trim())
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_{}[\]|#~!]/g, String.raw`\$&`);
}
