import { type EdgeReport, edgeReport, type ReportKind, type ReportMaterial } from '../../src/report/edge-report.ts';
import { type EdgeView, emptyView, type HoldingRow, type ViewTables } from '../../src/report/edge-view.ts';
import { minuteMs, type ProbeSpan } from '../../src/report/probe-minute.ts';
import type { NumberedEvent } from '../../src/report/timeline-event.ts';

/** Noon of the day in which everything of the sample happens. */
export const sampleNoon = Date.UTC(2024, 10, 29, 12, 0);

/** A moment so many seconds after noon, ISO 8601. */
export function afterNoon(seconds: number): string {
  return new Date(sampleNoon + seconds * 1000).toISOString();
}

/** A minute of the probe, counted from noon. */
export function sampleSpan(minute: number, parts: Partial<ProbeSpan> = {}): ProbeSpan {
  return {
    vip: 'vip1',
    family: 4,
    site: 'shop',
    from: sampleNoon + minute * minuteMs,
    spanMs: minuteMs,
    asked: 60,
    failed: 0,
    coveredMs: minuteMs,
    longestGapMs: 0,
    medianMs: 21,
    ...parts,
  };
}

/** Who holds a VIP. */
export function sampleHolding(key: string, holders: readonly string[]): HoldingRow {
  const preferred = key === 'vip1' ? 'lb1' : 'lb2';
  return { key, addresses: ['192.168.10.100'], preferred, holders, silent: [], since: afterNoon(-3600) };
}

/** A problem as a view has it. */
export function sampleProblem(parts: Partial<ViewTables['problems']> = {}): ViewTables['problems'] {
  return {
    key: 'backend-down web2',
    code: 'backend-down',
    severity: 'error',
    subject: 'web2',
    message: 'web2 is down',
    next: 'see web2',
    since: afterNoon(-600),
    ...parts,
  };
}

/** A view with these holders of vip1. */
export function sampleView(holders: readonly string[], problems: EdgeView['problems'] = []): EdgeView {
  return { ...emptyView, holdings: [sampleHolding('vip1', holders), sampleHolding('vip2', ['lb2'])], problems };
}

function event(id: number, seconds: number, parts: Partial<NumberedEvent>): NumberedEvent {
  return { id, at: afterNoon(seconds), kind: 'problem', severity: 'error', subject: 'lb1', text: '', ...parts };
}

/** What happened: at noon a backend is down already; lb1 dies after five minutes, for two; then a person moves the VIP back. */
export const sampleEvents: readonly NumberedEvent[] = [
  event(1, 120, { severity: 'good', code: 'backend-down', subject: 'web2', text: 'over: web2 is down' }),
  event(2, 300, { kind: 'holder', severity: 'error', subject: 'vip1', text: 'nobody holds vip1; lb1 held it' }),
  event(3, 301, { code: 'unit-not-running', text: 'nginx on lb1 is failed', next: 'systemctl start nginx' }),
  event(4, 302, { kind: 'holder', severity: 'warning', subject: 'vip1', text: 'vip1 is held by lb2' }),
  event(5, 420, { severity: 'good', code: 'unit-not-running', text: 'over: nginx on lb1 is failed' }),
  event(6, 480, { kind: 'operation', severity: 'info', subject: 'vip1', text: 'ann: Move vip1 to lb1 (home again)' }),
  event(7, 481, { kind: 'holder', severity: 'good', subject: 'vip1', text: 'vip1 is held by lb1' }),
  event(8, 500, { code: 'table-lost', severity: 'warning', text: 'a table is gone', next: 'reload it' }),
];

/** Everything of a range that begins at noon and lasts a quarter of an hour; a month reaches over the whole of November. */
export function sampleMaterial(kind: ReportKind, parts: Partial<ReportMaterial> = {}): ReportMaterial {
  const month = { from: Date.UTC(2024, 10, 1), to: Date.UTC(2024, 11, 1) };
  return {
    kind,
    edge: 'devops',
    place: 'real',
    range: kind === 'month' ? month : { from: sampleNoon, to: sampleNoon + 15 * minuteMs },
    now: sampleNoon + 60 * minuteMs,
    targets: [
      { vip: 'vip1', family: 4, site: 'shop', slo: 99.9 },
      { vip: 'vip2', family: 4, site: 'shop', slo: undefined },
    ],
    spans: [
      ...[0, 1, 2, 3, 4, 6, 7, 8, 9, 10].map((minute) => sampleSpan(minute)),
      sampleSpan(5, { failed: 3, longestGapMs: 3_400 }),
      ...[0, 1, 2, 3].map((minute) => sampleSpan(minute, { vip: 'vip2' })),
    ],
    eventsBefore: [],
    events: sampleEvents,
    eventsShown: 'all',
    views: [
      { at: afterNoon(-900), ...sampleView(['lb1'], [sampleProblem()]) },
      { at: afterNoon(300), ...sampleView([]) },
      { at: afterNoon(302), ...sampleView(['lb2']) },
      { at: afterNoon(481), ...sampleView(['lb1']) },
    ],
    gaps: [],
    operations: [
      {
        id: 7,
        at: afterNoon(480),
        operator: 'ann',
        title: 'Move vip1 to lb1',
        reason: 'home again',
        state: 'done',
        note: 'vip1 moved in 40 ms',
        endedAt: afterNoon(481),
      },
    ],
    ...parts,
  };
}

/** The report of it. */
export function sampleEdgeReport(kind: ReportKind): EdgeReport {
  return edgeReport(sampleMaterial(kind));
}
