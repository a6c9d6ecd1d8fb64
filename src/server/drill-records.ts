import type { Context } from 'hono';
import { Fault, faultLine } from '../base/fault.ts';
import type { DrillRow } from '../report/edge-view.ts';

/** The drills that were held, as the dashboard shows them. */
export interface DrillRecords {
  /** The newest last; undefined while the history can't be read. */
  rows(): readonly DrillRow[] | undefined;
  /** The report of one, a whole HTML document; undefined: there is none of this number. Throws a Fault when it can't be read. */
  html(id: number): string | undefined;
}

/**
 * What a report may do (CSP level 3): it has its styles in itself, and no script, as it says itself too. `sandbox`: whatever stands in it,
 * it acts as nobody.
 */
const reportPolicy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  'sandbox',
].join('; ');

/** Answers with the report of the drill that `:id` names. */
export function drillReportAnswer(context: Context, records: DrillRecords): Response {
  const id = context.req.param('id') ?? '';
  if (!/^\d{1,9}$/.test(id)) return context.json({ error: 'a drill has a number' }, 400);
  try {
    const report = records.html(Number(id));
    if (report === undefined) return context.json({ error: `there is no drill ${id}` }, 404);
    return context.html(report, 200, { 'Content-Security-Policy': reportPolicy });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return context.json({ error: faultLine(error) }, 409);
  }
}
