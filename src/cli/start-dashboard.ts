import { userInfo } from 'node:os';
import { ignoreEvents } from '../base/event.ts';
import { Fault } from '../base/fault.ts';
import { assertNoDrill } from '../drill/journal.ts';
import { promisedMs } from '../proof/outage.ts';
import { proveFaults } from '../proof/prove.ts';
import type { EdgeStatus } from '../report/edge-status.ts';
import type { DrillOffer } from '../report/operation-offers.ts';
import { makeLinkGate } from '../server/link-gate.ts';
import { probeFromHere } from '../server/probe-from-here.ts';
import { probeThroughClient } from '../server/probe-through-client.ts';
import { serveEdge } from '../server/serve-edge.ts';
import { openEdgeHistory } from '../store/edge-history.ts';
import { openProbeHistory } from '../store/probe-history.ts';
import type { CliContext } from './context.ts';
import { doOperation } from './do-operation.ts';
import { drillRecords } from './drill-records.ts';
import type { Edge } from './edge-file.ts';
import type { EdgeHosts, Place } from './edge-hosts.ts';
import { knownFaults } from './fault-file.ts';
import { probesPath, timelinePath } from './history-files.ts';
import { lookAtEdge } from './look-at-edge.ts';
import { openPage } from './page-delivery.ts';
import { drillPlace } from './place-causer.ts';
import type { Listen } from './serve-listen.ts';

/** An edge that is to be shown, and where. */
export interface DashboardRequest {
  readonly edge: Edge;
  readonly place: Place;
  readonly edgeHosts: EdgeHosts;
  readonly listen: Listen;
  /** Told what each look found; default: nobody. */
  readonly onLook?: (status: EdgeStatus) => void;
}

/** A dashboard that runs. */
export interface Dashboard {
  /** What opens it in a browser, with its key. */
  readonly url: string;
  readonly ended: Promise<void>;
}

/** Between two looks: they cost each host a session or two, and who holds what is told without them. Milliseconds. */
const lookEveryMs = 3_000;
/** The same while a drill measures: in a lab what a look costs, clients of the drill would notice. Milliseconds. */
const drillLookMs = 15_000;

/** Starts to watch an edge and to serve its page on loopback, until the context's signal. Throws a Fault `port-taken`. */
export async function startDashboard(context: CliContext, request: DashboardRequest): Promise<Dashboard> {
  const { edge, place, edgeHosts, listen } = request;
  const { model } = edge;
  const link: { path: string } = { path: '' };
  const running = await serveEdge({
    model,
    place: place.kind,
    hosts: edgeHosts.hosts,
    look: async () => {
      const status = await lookAtEdge({ ...context, emit: ignoreEvents }, model, edgeHosts);
      request.onLook?.(status);
      return status;
    },
    pauseMs: async () => ((await drillRuns(edge, place)) ? drillLookMs : lookEveryMs),
    openHistory: () => openEdgeHistory(timelinePath(edge, place)),
    probe: {
      source: edgeHosts.client === undefined ? probeFromHere({ port: 443 }) : probeThroughClient(edgeHosts.client),
      open: () => openProbeHistory(probesPath(edge, place)),
    },
    run: doOperation(context, edge, place),
    drills: place.kind === 'lab' ? await drillOffers(context, edge) : [],
    drillRecords: drillRecords(edge),
    assets: await openPage(),
    listen: { ...listen, names: [], tls: undefined },
    gate: (port) => {
      const gate = makeLinkGate({ operator: userInfo().username, port });
      link.path = gate.path;
      return gate;
    },
    now: context.now,
    signal: context.signal,
  });
  const host = listen.address.includes(':') ? `[${listen.address}]` : listen.address;
  return { url: `http://${host}:${running.port}${link.path}`, ended: running.ended };
}

async function drillRuns({ model, stateDirectory }: Edge, place: Place): Promise<boolean> {
  return assertNoDrill(stateDirectory, drillPlace(model, place)).then(
    () => false,
    (error: unknown) => {
      if (error instanceof Fault && error.code === 'drill-running') return true;
      throw error;
    },
  );
}

async function drillOffers(context: CliContext, { model }: Edge): Promise<readonly DrillOffer[]> {
  const faults = await knownFaults(context, model, undefined);
  return faults.map(({ name, title, expect }) => ({
    name,
    title,
    promisedMs: expect.kind === 'given' ? expect.longestGapMs : promisedMs(proveFaults(model, expect.faults).outage),
  }));
}
