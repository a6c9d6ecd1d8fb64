import type { Context, Hono } from 'hono';
import type { Model } from '../model/model.ts';
import { type AvailabilityAnswer, availabilityOf, pairTargets } from '../report/availability.ts';
import { edgeReport, type ReportKind, settledAt } from '../report/edge-report.ts';
import { reportHtml } from '../report/report-html.ts';
import { monthName, monthOf, readMonth, readRange, type TimeRange } from '../report/report-range.ts';
import { reportPolicy } from '../report/report-style.ts';
import { readReportMaterial, type ReportSource } from '../store/report-material.ts';

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
export type Admit = (context: Context, answer: () => Response) => Promise<Response>;

/** Figures are computed once for everybody who asks within this time: with many sites that reads 100,000 rows. Milliseconds. */
const freshMs = 30_000;
/** So many months are remembered: who pages through years asks for each once. */
const mostMonths = 12;

/** Adds `/api/availability?month=`, `/reports/month?month=` and `/reports/incident?from=&to=`. */
export function addReportRoutes(app: Hono, world: ReportWorld, admit: Admit): void {
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
      return reportPage(context, world, { kind: 'month', range: range.value });
    }),
  );
  app.get('/reports/incident', (context) =>
    admit(context, () => {
      const { from = '', to = '' } = context.req.query();
      const range = readRange({ from, to }, world.now().getTime());
      if (!range.ok) return context.json({ error: range.error }, 400);
      return reportPage(context, world, { kind: 'incident', range: range.value });
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

function reportPage(
  context: Context,
  { model, place, source, now }: ReportWorld,
  { kind, range }: { readonly kind: ReportKind; readonly range: TimeRange },
): Response {
  const report = edgeReport({
    kind,
    edge: model.name,
    place,
    range,
    now: now().getTime(),
    targets: pairTargets(model),
    ...readReportMaterial(source, range),
  });
  return context.body(reportHtml(report), 200, {
    'Content-Type': 'text/html; charset=utf-8',
    // The report has its style within it, known by its hash, and may do nothing else.
    'Content-Security-Policy': `${reportPolicy}; frame-ancestors 'none'`,
  });
}
