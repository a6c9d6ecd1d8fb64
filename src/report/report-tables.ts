import { listFirst } from '../base/list-first.ts';
import type { Availability } from './availability.ts';
import type { EdgeReport } from './edge-report.ts';
import { endOf, type HolderSpan, type ProblemSpan } from './report-spans.ts';
import {
  availabilityVerdicts,
  budgetInWords,
  lengthInWords,
  shareInWords,
  utcInWords,
  vipInWords,
} from './report-words.ts';

/** A section of a report that is a table, the same in Markdown and HTML. */
export interface ReportTable {
  readonly id: string;
  readonly title: string;
  /** A sentence before it; may be empty. */
  readonly note: string;
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What is said when there is no row. */
  readonly empty: string;
  /** Rows beyond the most that are shown. */
  readonly leftOut: number;
}

/** Rows of one table: a document that a person reads. */
const mostRows = 1_000;

/** The tables of a report, in the order in which they are read. */
export function reportTables(report: EdgeReport): readonly ReportTable[] {
  return [
    availabilityTable(report),
    table('problems', 'Problems', {
      note: unwatchedWords(report),
      heads: ['from', 'lasted', 'what', 'about', 'next step'],
      rows: report.problems.map((span) => problemRow(span, report)),
      empty: 'None.',
    }),
    table('holders', 'Who held each VIP', {
      note: unwatchedWords(report),
      heads: ['VIP', 'from', 'for', 'held by'],
      rows: report.holders.map((span) => holderRow(span, report)),
      empty: 'It is not known: nobody looked.',
    }),
    table('operations', 'Operations', {
      note: 'Everything that a person asked for, from the audit log.',
      heads: ['at', 'who', 'what', 'reason', 'end'],
      rows: report.operations.map(({ at, operator, title, reason, state, note }) => [
        utcInWords(at),
        operator,
        title,
        reason,
        note === '' ? state : `${state}: ${note}`,
      ]),
      empty: 'None.',
    }),
    table('timeline', 'Timeline', {
      note: report.eventsShown === 'all' ? '' : 'There were more events than a report takes: these are the newest.',
      heads: ['at', 'kind', 'what'],
      rows: report.events.map(({ at, kind, severity, text }) => [
        utcInWords(at),
        severity === 'info' ? kind : `${kind}, ${severity}`,
        text,
      ]),
      empty: 'Nothing was seen.',
    }),
  ];
}

function availabilityTable(report: EdgeReport): ReportTable {
  const monthly = report.kind === 'month';
  return table('availability', 'Availability', {
    note: 'As a client saw it that asked each site through each address of its VIPs once a second.',
    heads: [
      'site',
      'VIP',
      'availability',
      'target',
      ...(monthly ? ['verdict'] : []),
      'outage',
      'longest',
      ...(monthly ? ['budget of the month'] : []),
      'unknown',
      'median answer',
    ],
    rows: report.availability.map((row) => availabilityRow(row, report.kind)),
    empty: 'The edge has no site.',
  });
}

function availabilityRow(row: Availability, kind: EdgeReport['kind']): readonly string[] {
  const monthly = kind === 'month';
  return [
    row.site,
    vipInWords(row),
    shareInWords(row.availability),
    row.slo === null ? 'none' : `${row.slo} %`,
    ...(monthly ? [availabilityVerdicts[row.verdict]] : []),
    row.knownMs === 0 ? '' : lengthInWords(row.outageMs),
    row.longestGapMs === 0 ? '' : lengthInWords(row.longestGapMs),
    ...(monthly ? [budgetInWords(row)] : []),
    row.unknownMs === 0 ? '' : lengthInWords(row.unknownMs),
    row.medianMs === null ? '' : `${Math.round(row.medianMs)} ms`,
  ];
}

/** The most gaps that are named. */
const mostGaps = 5;

/** What a reader of times has to know; empty: somebody always watched. */
function unwatchedWords({ unwatched }: EdgeReport): string {
  if (unwatched.length === 0) return '';
  const gaps = unwatched.map(
    ({ from, to }) => `from ${utcInWords(from)} ${to === null ? 'on' : `to ${utcInWords(to)}`}`,
  );
  return `Nobody watched ${listFirst(gaps, mostGaps)}: what was then is not known.`;
}

function problemRow(span: ProblemSpan, report: EdgeReport): readonly string[] {
  return [
    utcInWords(span.from),
    span.to === null ? `not over after ${lasted(span, report)}` : lasted(span, report),
    `${span.severity === 'error' ? 'Problem' : 'Warning'}: ${span.text}`,
    span.subject,
    span.next,
  ];
}

function holderRow(span: HolderSpan, report: EdgeReport): readonly string[] {
  const only = span.holders.length === 1;
  const who = span.holders.length === 0 ? 'NOBODY' : span.holders.join(' AND ');
  const away = only && span.holders[0] !== span.preferred ? ` (it prefers ${span.preferred})` : '';
  return [span.vip, utcInWords(span.from), lasted(span, report), `${who}${away}`];
}

function lasted(span: HolderSpan | ProblemSpan, report: EdgeReport): string {
  return lengthInWords(Math.max(0, endOf(span, report) - Date.parse(span.from)));
}

function table(
  id: string,
  title: string,
  parts: Pick<ReportTable, 'heads' | 'rows' | 'empty'> & { readonly note?: string },
): ReportTable {
  const { heads, rows, empty, note = '' } = parts;
  return {
    id,
    title,
    note,
    heads,
    rows: rows.slice(0, mostRows),
    empty,
    leftOut: Math.max(0, rows.length - mostRows),
  };
}
