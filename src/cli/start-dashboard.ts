import { userInfo } from 'node:os';
import { join } from 'node:path';
import { ignoreEvents } from '../base/event.ts';
import { promisedMs } from '../proof/outage.ts';
import { proveFaults } from '../proof/prove.ts';
import type { DrillOffer } from '../report/operation-offers.ts';
import { makeLinkGate } from '../server/link-gate.ts';
import { serveEdge } from '../server/serve-edge.ts';
import { openEdgeHistory } from '../store/edge-history.ts';
import type { CliContext } from './context.ts';
import { doOperation } from './do-operation.ts';
import type { Edge } from './edge-file.ts';
import type { EdgeHosts, Place } from './edge-hosts.ts';
import { knownFaults } from './fault-file.ts';
import { lookAtEdge } from './look-at-edge.ts';
import { openPage } from './page-delivery.ts';
import type { Listen } from './serve-listen.ts';

/** An edge that is to be shown, and where. */
export interface DashboardRequest {
  readonly edge: Edge;
  readonly place: Place;
  readonly edgeHosts: EdgeHosts;
  readonly listen: Listen;
}

/** A dashboard that runs. */
export interface Dashboard {
  /** What opens it in a browser, with its key. */
  readonly url: string;
  readonly ended: Promise<void>;
}

/** Between two looks: on a lab all machines share this computer. Milliseconds. */
const lookEveryMs = 5_000;
/** Traffic is said as an average of so long. Milliseconds. */
const trafficEveryMs = 10_000;

/** Starts to watch an edge and to serve its page on loopback, until the context's signal. Throws a Fault `port-taken`. */
export async function startDashboard(context: CliContext, request: DashboardRequest): Promise<Dashboard> {
  const { edge, place, edgeHosts, listen } = request;
  const { model } = edge;
  const link: { path: string } = { path: '' };
  const { default: description } = await import('../../package.json', { with: { type: 'json' } });
  const running = await serveEdge({
    model,
    place: place.kind,
    hosts: edgeHosts.hosts,
    look: () => lookAtEdge({ ...context, emit: ignoreEvents }, model, edgeHosts),
    lookEveryMs,
    openHistory: () => openEdgeHistory(join(edge.stateDirectory, timelineName(place))),
    version: description.version,
    trafficEveryMs,
    run: doOperation(context, edge, place),
    drills: place.kind === 'lab' ? await drillOffers(context, edge) : [],
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

/** A lab has a timeline of its own: what happens to it did not happen to the edge. */
function timelineName(place: Place): string {
  if (place.kind === 'real') return 'timeline.db';
  return place.suffix === '' ? 'timeline-lab.db' : `timeline-lab-${place.suffix}.db`;
}

async function drillOffers(context: CliContext, { model }: Edge): Promise<readonly DrillOffer[]> {
  const faults = await knownFaults(context, model, undefined);
  return faults.map(({ name, title, expect }) => ({
    name,
    title,
    promisedMs: expect.kind === 'given' ? expect.longestGapMs : promisedMs(proveFaults(model, expect.faults).outage),
  }));
}
