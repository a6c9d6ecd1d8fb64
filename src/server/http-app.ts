import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Topology } from '../report/edge-view.ts';
import { isTimelineKind } from '../report/timeline-event.ts';
import { gapAt } from '../report/watch-gap.ts';
import { prometheusType } from '../report/prometheus-text.ts';
import type { Assets } from './assets.ts';
import type { Board } from './board.ts';
import { type DrillRecords, drillReportAnswer } from './drill-records.ts';
import type { Gate, Visitor } from './gate.ts';
import type { Keeper } from './keeper.ts';
import type { Operations } from './operations.ts';
import { readOperation } from './read-operation.ts';
import { addReportRoutes, type ReportWorld } from './report-routes.ts';
import { isOwnRequest, protect } from './request-rules.ts';
import { boardStreams } from './stream-board.ts';
import { readGaps } from '../store/read-gaps.ts';

/** What the routes serve. */
export interface HttpWorld {
  readonly topology: Topology;
  readonly board: Board;
  readonly keeper: Keeper;
  readonly gate: Gate;
  readonly operations: Operations;
  readonly reports: ReportWorld;
  readonly assets: Assets;
  readonly drillRecords: DrillRecords;
  /** The text of `/metrics` now. */
  readonly metricsText: () => Promise<string>;
  /** Names and addresses by which a browser may call this server, with the port: `127.0.0.1:7780`. */
  readonly hosts: readonly string[];
  /** Told to browsers: another one means that the server was started anew. */
  readonly boot: string;
  readonly signal: AbortSignal;
}

/** Events that come with a page; older ones are asked for. */
const eventsAtFirst = 200;
/** The most events in one answer. */
const eventsAtOnce = 1_000;
/** The largest request, in bytes: an operation and its reason. */
const longestBody = 16 * 1024;

/** The routes of the dashboard. Everything but the way in asks the gate. */
export function httpApp(world: HttpWorld): Hono {
  const { board, keeper, gate, topology, assets } = world;
  const stream = boardStreams(world);
  const app = new Hono();
  app.use(protect(world.hosts));
  // Without an answer of its own it throws, which would count as a bug.
  app.use(
    bodyLimit({
      maxSize: longestBody,
      onError: (context) => refusal(context, 413, `a request has at most ${longestBody} bytes`),
    }),
  );
  gate.routes(app);

  app.get('/', (context) => {
    if (visitorOf(context) === undefined) return context.html(gate.page(), 401);
    return context.html(assets.page);
  });
  app.get('/assets/:name', (context) => {
    const asset = assets.files.get(context.req.param('name'));
    if (asset === undefined) return context.notFound();
    return context.body(asset.text, 200, {
      'Content-Type': asset.type,
      // Its name holds its hash.
      'Cache-Control': 'public, max-age=31536000, immutable',
    });
  });

  app.get('/metrics', (context) =>
    withVisitor(context, async () => context.body(await world.metricsText(), 200, { 'Content-Type': prometheusType })),
  );
  app.get('/api/view', (context) => withVisitor(context, (visitor) => context.json(snapshot(visitor))));
  app.get('/api/stream', (context) =>
    withVisitor(context, (visitor) => {
      const last = context.req.header('Last-Event-ID') ?? context.req.query('last') ?? '';
      const admitted = (): boolean => visitorOf(context) !== undefined;
      return stream(context, { last, admitted, snapshot: () => snapshot(visitor) });
    }),
  );
  app.get('/api/events', (context) =>
    withVisitor(context, () => {
      const { before, from, until, kind, limit } = context.req.query();
      return context.json({
        events: keeper.events({
          ...(before === undefined ? {} : { before: Number(before) }),
          ...(from === undefined ? {} : { from }),
          ...(until === undefined ? {} : { until }),
          ...(isTimelineKind(kind) ? { kind } : {}),
          limit: Math.min(eventsAtOnce, Math.max(1, Number(limit ?? eventsAtFirst) || eventsAtFirst)),
        }),
      });
    }),
  );
  app.get('/api/at', (context) =>
    withVisitor(context, () => {
      const time = context.req.query('time') ?? '';
      if (Number.isNaN(Date.parse(time))) return refusal(context, 400, 'say a time: ?time=2026-11-29T12:00:00Z');
      const asked = new Date(time).toISOString();
      const gap = gapAt(readGaps(keeper, asked, world.reports.now().toISOString()), asked);
      // What is known is from before nobody watched.
      const before = gap === undefined ? undefined : keeper.viewAt(gap.from);
      const found = before ?? keeper.viewAt(asked);
      if (found === undefined) return refusal(context, 404, 'nothing is known of that time');
      return context.json(gap === undefined ? found : { ...found, unwatchedSince: gap.from });
    }),
  );
  app.post('/api/operations', (context) =>
    withVisitor(context, async (visitor) => {
      if (!isOwnRequest(context.req.raw)) return refusal(context, 403, 'this request did not come from the page');
      if (visitor.role !== 'operator') return refusal(context, 403, `${visitor.name} may look and not act`);
      const request = readOperation(await context.req.text());
      if (!request.ok) return refusal(context, 400, request.error);
      const asked = world.operations.ask(request.value, visitor);
      if (asked.kind === 'begun') return context.json({ id: asked.id }, 202);
      return refusal(context, 409, asked.why);
    }),
  );
  app.get('/api/operations', (context) =>
    withVisitor(context, () => context.json({ operations: keeper.operations(eventsAtOnce) })),
  );
  app.get('/api/drills/:id', (context) => withVisitor(context, () => drillReportAnswer(context, world.drillRecords)));
  addReportRoutes(app, world.reports, withVisitor);
  app.notFound((context) => refusal(context, 404, 'there is nothing here'));
  app.onError((error, context) => {
    console.error(`evenkeel serve: this is a bug in evenkeel: ${error.stack ?? error.message}`);
    return refusal(context, 500, 'a bug in evenkeel: see where it runs');
  });
  return app;

  function visitorOf(context: Context): Visitor | undefined {
    return gate.visitor({
      cookie: context.req.header('Cookie') ?? '',
      authorization: context.req.header('Authorization') ?? '',
      method: context.req.method,
      path: context.req.path,
    });
  }

  async function withVisitor(
    context: Context,
    answer: (visitor: Visitor) => Response | Promise<Response>,
  ): Promise<Response> {
    const visitor = visitorOf(context);
    return visitor === undefined ? refusal(context, 401, 'sign in first') : answer(visitor);
  }

  /** Everything a page needs to begin. */
  function snapshot(visitor: Visitor): object {
    return {
      boot: world.boot,
      revision: board.revision(),
      visitor,
      wayIn: gate.asksFor,
      topology,
      view: board.view(),
      events: keeper.events({ limit: eventsAtFirst }),
    };
  }
}

function refusal(context: Context, status: 400 | 401 | 403 | 404 | 409 | 413 | 500, error: string): Response {
  return context.json({ error }, status);
}
