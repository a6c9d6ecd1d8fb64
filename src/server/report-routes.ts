import type { Context, Hono } from 'hono';
import type { Model } from '../model/model.ts';
import { type AvailabilityAnswer, availabilityOf, pairTargets } from '../report/availability.ts';
import { edgeReport, type ReportKind, settledAt } from '../report/edge-report.ts';
import { reportHtml } from '../report/report-html.ts';
import { monthName, monthOf, readMonth, readRange, type TimeRange } from '../report/report-range.ts';
import { reportPolicy } from '../report/report-style.ts';
import { readReportMaterial, type ReportSource } from '../store/report-material.ts';
import { makeReportDesk, type ReportDesk } from './report-desk.ts';

/** What the routes of reports read. */
export interface ReportWorld {
  readonly model: Model;
  readonly place: 'lab' | 'real';
  readonly source: ReportSource;
  /** When the probe saw anything first; undefined: never. Milliseconds since 1970. */
  readonly probeBegin: () => number | undefined;
  /** Pairs beyond the limits of the probe; undefined: no probe runs. */
  readonly notAsked: number | undefined;
  readonly now: () => Date;
}

/** Lets in whoever the gate knows. */
export type Admit = (context: Context, answer: () => Response | Promise<Response>) => Promise<Response>;

/** Figures are computed once for everybody who asks within this time: with many sites that reads 100,000 rows. Milliseconds. */
const freshMs = 30_000;
/** So many months are remembered: who pages through years asks for each once. */
const mostMonths = 12;

/** Adds `/api/availability?month=`, `/reports/month?month=` and `/reports/incident?from=&to=`. */
export function addReportRoutes(app: Hono, world: ReportWorld, admit: Admit): void {
  const desk = makeReportDesk(() => world.now().getTime());
  const known = new Map<string, { readonly at: number; readonly answer: AvailabilityAnswer }>();

  app.get('/api/availability', (context) =>
    admit(context, () => {
      const now = world.now().getTime();
      const range = readMonth(context.req.query('month') ?? '', now);
      if (!range.ok) return context.json({ error: range.error }, 400);
      const month = monthName(range.value);
      const before = known.get(month);
      if (before !== undefined && now - before.at < freshMs) return context.json(before.answer);
      const answer = availabilityAnswer(world, range.value, now);
      if (known.size >= mostMonths) known.clear();
      known.set(month, { at: now, answer });
      return context.json(answer);
    }),
  );
  app.get('/reports/month', (context) =>
    admit(context, () => {
      const range = readMonth(context.req.query('month') ?? '', world.now().getTime());
      if (!range.ok) return context.json({ error: range.error }, 400);
      return reportAnswer(context, desk, {
        question: `month ${monthName(range.value)}`,
        write: async () => reportPage(world, { kind: 'month', range: range.value }),
      });
    }),
  );
  app.get('/reports/incident', (context) =>
    admit(context, () => {
      const { from = '', to = '' } = context.req.query();
      const range = readRange({ from, to }, world.now().getTime());
      if (!range.ok) return context.json({ error: range.error }, 400);
      return reportAnswer(context, desk, {
        question: `incident from ${from} to ${to}`,
        write: async () => reportPage(world, { kind: 'incident', range: range.value }),
      });
    }),
  );
}

function availabilityAnswer(world: ReportWorld, range: TimeRange, now: number): AvailabilityAnswer {
  const { model, source, notAsked, probeBegin } = world;
  const until = settledAt(now);
  return {
    month: monthName(range),
    first: monthOf(Math.min(probeBegin() ?? now, now)),
    last: monthOf(now),
    until: new Date(Math.min(until, range.to)).toISOString(),
    probe: notAsked === undefined ? 'off' : 'runs',
    notAsked: notAsked ?? 0,
    rows: availabilityOf({ targets: pairTargets(model), spans: source.spans(range), range, now: until }),
  };
}

async function reportAnswer(
  context: Context,
  desk: ReportDesk,
  { question, write }: { readonly question: string; readonly write: () => Promise<string> },
): Promise<Response> {
  const page = desk.page(question, write);
  if (page === undefined) {
    const error = 'too many reports are being written; ask again in a minute, or use `evenkeel report`';
    return context.json({ error }, 503, { 'Retry-After': '60' });
  }
  return context.body(await page, 200, {
    'Content-Type': 'text/html; charset=utf-8',
    // The report has its style within it, known by its hash, and may do nothing else.
    'Content-Security-Policy': `${reportPolicy}; frame-ancestors 'none'`,
  });
}

async function reportPage(
  { model, place, source, now }: ReportWorld,
  { kind, range }: { readonly kind: ReportKind; readonly range: TimeRange },
): Promise<string> {
  // Before the reading: what is written meanwhile is not in it.
  const at = now().getTime();
  const report = edgeReport({
    kind,
    edge: model.name,
    place,
    range,
    now: at,
    targets: pairTargets(model),
    ...(await readReportMaterial(source, range, at)),
  });
  return reportHtml(report);
}
