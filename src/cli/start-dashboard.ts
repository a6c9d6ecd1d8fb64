import { ignoreEvents } from '../base/event.ts';
import { drillRuns } from '../drill/journal.ts';
import { observeStatus } from '../observe/status-observe.ts';
import type { EdgeStatus } from '../report/edge-status.ts';
import type { DrillOffer } from '../report/operation-offers.ts';
import { lookInTurns } from '../server/look-in-turns.ts';
import { hasIpv6, probeFromHere } from '../server/probe-from-here.ts';
import { probeThroughClient } from '../server/probe-through-client.ts';
import { serveEdge } from '../server/serve-edge.ts';
import { openEdgeHistory } from '../store/edge-history.ts';
import { alertWorld } from './alert-place.ts';
import { openProbeHistory } from '../store/probe-history.ts';
import { applyRows } from './apply-records.ts';
import type { CliContext } from './context.ts';
import { openWayIn } from './dashboard-way-in.ts';
import { doOperation } from './do-operation.ts';
import { drillRecords } from './drill-records.ts';
import type { Edge } from './edge-file.ts';
import type { EdgeHosts } from './edge-hosts.ts';
import type { Place } from './place.ts';
import { knownFaults, promiseMs } from './fault-file.ts';
import { probesPath, timelinePath } from './history-files.ts';
import { openPage } from './page-delivery.ts';
import { drillPlace } from './place-causer.ts';
import { planLook } from './plan-look.ts';
import type { Access } from './serve-access.ts';
import type { Listen } from './serve-listen.ts';

/** An edge that is to be shown, and where. */
export interface DashboardRequest {
  readonly edge: Edge;
  readonly place: Place;
  readonly edgeHosts: EdgeHosts;
  readonly listen: Listen;
  /** Default: a link, for loopback only. */
  readonly access?: Access;
  /**
   * Whether it shows what `plan` would say; default: it does. `unknown` where the edge's CA and keys are not: a plan would make new ones, and
   * call all files of all hosts different.
   */
  readonly plan?: 'shown' | 'unknown';
  /** Told what each look found; default: nobody. */
  readonly onLook?: (status: EdgeStatus) => void;
  /** Whether alerts are sent: from a lab only when somebody asks for it, or a drill would wake people. */
  readonly alerts: 'send' | 'keep-silent';
}

/** A dashboard that runs. */
export interface Dashboard {
  /** What opens it in a browser. */
  readonly url: string;
  /** How one comes in, in sentences. */
  readonly how: string;
  readonly ended: Promise<void>;
}

/** Between two looks: they cost each host a session or two, and who holds what is told without them. Milliseconds. */
const lookEveryMs = 3_000;
/** The same while a drill measures: in a lab what a look costs, clients of the drill would notice. Milliseconds. */
const drillLookMs = 30_000;
/** Traffic is said as an average of so long. Milliseconds. */
const trafficEveryMs = 10_000;

/** Starts to watch an edge and to serve its page, until the context's signal. Throws a Fault, such as `port-taken`. */
export async function startDashboard(context: CliContext, request: DashboardRequest): Promise<Dashboard> {
  const { edge, place, edgeHosts, listen, access = { kind: 'link' } } = request;
  const { model } = edge;
  const drilled = (): Promise<boolean> => drillRuns(edge.stateDirectory, drillPlace(model, place));
  const wayIn = await openWayIn(context, { edge, listen, access });
  const { default: description } = await import('../../package.json', { with: { type: 'json' } });
  const { hosts, client } = edgeHosts;
  const look = lookInTurns({
    model,
    observe: (window) => observeStatus({ model, hosts, client, window, now: context.now, emit: ignoreEvents }),
    clock: () => performance.now(),
  });
  const running = await serveEdge({
    model,
    place: place.kind,
    hosts,
    look: async () => {
      const status = await look();
      request.onLook?.(status);
      return status;
    },
    pauseMs: async () => ((await drilled()) ? drillLookMs : lookEveryMs),
    openHistory: () => openEdgeHistory(timelinePath(edge, place)),
    version: description.version,
    trafficEveryMs,
    probe: {
      source: client === undefined ? probeFromHere({ port: 443, hasIpv6 }) : probeThroughClient(client),
      open: () => openProbeHistory(probesPath(edge, place)),
    },
    run: doOperation(context, edge, place),
    ...(request.plan === 'unknown' ? {} : { plan: () => planLook(context, edge, edgeHosts) }),
    ...(request.alerts === 'send' ? { alerts: { ...alertWorld(context, edge, place), drillRuns: drilled } } : {}),
    drills: place.kind === 'lab' ? await drillOffers(context, edge) : [],
    drillRecords: drillRecords(edge),
    applies: applyRows(edge, place),
    assets: await openPage(),
    listen: wayIn.listen,
    gate: wayIn.gate,
    now: context.now,
    signal: context.signal,
  });
  return { url: wayIn.url(running.port), how: wayIn.how, ended: running.ended.finally(wayIn.close) };
}

async function drillOffers(context: CliContext, { model }: Edge): Promise<readonly DrillOffer[]> {
  const faults = await knownFaults(context, model, undefined);
  return faults.map((fault) => ({ name: fault.name, title: fault.title, promisedMs: promiseMs(model, fault) }));
}
