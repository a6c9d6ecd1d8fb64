import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Fault } from '../base/fault.ts';
import type { Host } from '../hosts/host.ts';
import { scrapeFreshMs } from '../model/metric-limits.ts';
import type { Model } from '../model/model.ts';
import { metricsAsker } from '../observe/collect-metrics.ts';
import type { EdgeStatus } from '../report/edge-status.ts';
import { type ApplyRow, topologyOf } from '../report/edge-view.ts';
import { type DrillOffer, operationOffers } from '../report/operation-offers.ts';
import type { EdgeHistory } from '../store/edge-history.ts';
import { announceWatch } from './announce-watch.ts';
import type { Assets } from './assets.ts';
import { type Board, makeBoard } from './board.ts';
import type { Gate } from './gate.ts';
import type { DrillRecords } from './drill-records.ts';
import { httpApp } from './http-app.ts';
import { makeKeeper } from './keeper.ts';
import { type OutsideProbe, startProbe } from './start-probe.ts';
import { type DoOperation, makeOperations } from './operations.ts';
import { makeTlsServer, type ServerTls } from './tls-server.ts';
import { type AlertWorld, watchAlerts } from './alerts/start-alerts.ts';
import { makeCollector } from './metrics-collector.ts';
import { makeMetricsText } from './metrics-route.ts';
import { watchEdge } from './watch-edge.ts';
import { watchTraffic } from './watch-traffic.ts';
import { type PlanLook, watchPlan } from './watch-plan.ts';
import { urlHost } from '../base/address.ts';
import { viewOfHistory } from '../report/status-view.ts';

/** What the dashboard of an edge needs of the outside. */
export interface ServeWorld {
  readonly model: Model;
  readonly place: 'lab' | 'real';
  readonly hosts: ReadonlyMap<string, Host>;
  /** Asks every host what is true now. */
  readonly look: () => Promise<EdgeStatus>;
  /** Milliseconds between two looks; asked each time. */
  readonly pauseMs: () => Promise<number>;
  readonly openHistory: () => EdgeHistory;
  /** The outside probe; absent: nobody asks, and availability is unknown. */
  readonly probe?: OutsideProbe;
  /** Of evenkeel. */
  readonly version: string;
  /** Between two readings of what the hosts have counted. Milliseconds. */
  readonly trafficEveryMs: number;
  readonly run: DoOperation;
  /** Computes what `plan` would change, without changing a host; left out: it is never told here, and said so. */
  readonly plan?: () => Promise<PlanLook>;
  /** Who is told when something is wrong; left out: nobody. */
  readonly alerts?: AlertWorld;
  readonly drills: readonly DrillOffer[];
  readonly drillRecords: DrillRecords;
  /** What the last apply did to each host; asked after each look. Undefined: that can't be read. */
  readonly applies: () => readonly ApplyRow[] | undefined;
  readonly assets: Assets;
  readonly listen: ListenAt;
  /** The way in, once the port is known. */
  readonly gate: (port: number) => Gate;
  readonly now: () => Date;
  /** Ends everything. */
  readonly signal: AbortSignal;
}

/** Where it listens. `tls` undefined: plain HTTP, for loopback only. */
export interface ListenAt {
  /** An address, `127.0.0.1` or `::`. */
  readonly address: string;
  /** 0: any free one. */
  readonly port: number;
  /** Further names and addresses by which browsers may call it. */
  readonly names: readonly string[];
  readonly tls: ServerTls | undefined;
}

/** A dashboard that runs. */
export interface RunningDashboard {
  readonly port: number;
  readonly board: Board;
  /** Resolves when the signal fired and everything has ended; rejects with a bug. */
  readonly ended: Promise<void>;
}

/** Between two plans: each reads every file of every host. Milliseconds. */
const planEveryMs = 600_000;

/** Starts to watch the edge and to serve its page. Throws a Fault `port-taken` when it can't listen. */
export async function serveEdge(world: ServeWorld): Promise<RunningDashboard> {
  const { model, signal, now } = world;
  const board: Board = makeBoard({ now, keep: (events, view) => keeper.keep(events, view) });
  const keeper = makeKeeper({
    open: world.openHistory,
    now: () => now().toISOString(),
    onTrouble: (trouble) => board.put(viewOfHistory(board.view(), trouble)),
  });
  const topology = topologyOf(model, world.place);
  const beganAt = now().toISOString();
  const operations = makeOperations({
    board,
    keeper,
    run: world.run,
    now,
    signal,
    onEnd: () => {
      // By its operation alone, a drill that failed would be told now, and by the history again.
      readRecords();
      watch.hurry();
      planned?.hurry();
    },
  });
  // They were read just now, if their file can be used.
  const operationsRead = board.view().look[0]?.historyTrouble === undefined;
  let drillsRead = false;
  /** Drills and applies are begun from terminals too. What can't be read stays as it was. */
  const readRecords = (): void => {
    const [drills, applies] = [world.drillRecords.rows(), world.applies()];
    if (applies !== undefined) board.put({ applies });
    if (drills === undefined) return;
    drillsRead = true;
    board.put({ drills });
  };
  // Before anything is judged: what is not on the board would be taken for gone.
  readRecords();
  // "Not yet" would let people wait for what never comes.
  if (world.plan === undefined) board.put({ pending: [{ key: 'pending', state: 'not-here', hosts: [], text: '' }] });
  const collector = makeCollector({
    ask: metricsAsker({ model, hosts: world.hosts, signal }),
    freshMs: Math.min(scrapeFreshMs, world.trafficEveryMs / 2),
    clock: () => performance.now(),
    now,
  });
  const { server, port } = await listenAt(world.listen, signal);
  const probes = world.probe === undefined ? undefined : startProbe(world.probe, world, board);
  const gate = world.gate(port);
  const app = httpApp({
    topology,
    board,
    keeper,
    gate,
    operations,
    reports: {
      model,
      place: world.place,
      source: { ...keeper, spans: (range) => probes?.spans(range) ?? [] },
      probeBegin: () => probes?.begin(),
      notAsked: probes?.notAsked,
      now,
    },
    assets: world.assets,
    drillRecords: world.drillRecords,
    metricsText: makeMetricsText({ board, topology, collector, version: world.version }),
    hosts: ownHosts(world.listen, port),
    boot: randomBytes(6).toString('hex'),
    signal,
  });
  const answer = getRequestListener(app.fetch);
  server.on('request', (request, response) => void answer(request, response));
  const offer = (): void => board.put({ operations: operationOffers(topology, board.view(), world.drills) });
  board.subscribe(({ change }) => {
    // Its own change has none of these tables, so this ends.
    if (change.look ?? change.balancers ?? change.backends ?? change.holdings ?? change.problems ?? change.pending) {
      offer();
    }
    if (change.look) readRecords();
  });
  announceWatch({ board, keeper, now, signal });
  const watch = watchEdge({
    model,
    hosts: world.hosts,
    board,
    look: world.look,
    pauseMs: world.pauseMs,
    now,
    signal,
  });
  const { plan, alerts } = world;
  const planned = plan === undefined ? undefined : watchPlan({ board, plan, everyMs: planEveryMs, now, signal });
  // What an apply of a terminal has changed is no difference to the file any more, and keeps nothing from being done.
  board.subscribe(({ change }) => {
    if (change.applies) planned?.hurry();
  });
  const workUnreadBefore = (): string | undefined => (operationsRead && drillsRead ? undefined : beganAt);
  const told =
    alerts === undefined ? undefined : watchAlerts({ topology, board, workUnreadBefore, alerts, now, signal });
  const ended = (async () => {
    await Promise.all([
      watch.ended,
      probes?.ended,
      planned?.ended,
      told,
      watchTraffic({ board, collector, everyMs: world.trafficEveryMs, signal }),
      new Promise<void>((settle) => onAbort(signal, settle)),
    ]);
    await operations.settled();
    server.closeAllConnections();
    await new Promise<void>((closed) => server.close(() => closed()));
  })();
  return { port, board, ended };
}

async function listenAt({ address, port, tls }: ListenAt, signal: AbortSignal) {
  const server = tls === undefined ? createServer() : makeTlsServer(tls, signal);
  await new Promise<void>((listens, fails) => {
    server.once('error', (error) => fails(notListening(error, { address, port })));
    server.listen(port, address, listens);
  });
  return { server, port: portOf(server.address()) };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return address.port;
}

function notListening(error: Error, { address, port }: { readonly address: string; readonly port: number }): Fault {
  return new Fault(
    {
      code: 'port-taken',
      message: `the dashboard can't listen on ${address} port ${port}`,
      said: error.message,
      state: 'nothing was changed',
      next: `see who listens there: ss -ltnp 'sport = :${port}'; or choose another one with --listen`,
    },
    error,
  );
}

/** How browsers may call it: the names and the address, with the port, and without it where it is the usual one. */
function ownHosts({ address, names, tls }: ListenAt, port: number): readonly string[] {
  const loopback = address === '127.0.0.1' || address === '::1' ? ['localhost', '127.0.0.1', '[::1]'] : [];
  const inUrl = (name: string): string => urlHost(name).toLowerCase();
  const usual = tls === undefined ? 80 : 443;
  const all = [...new Set([inUrl(address), ...loopback, ...names.map(inUrl)])];
  return all.flatMap((name) => (port === usual ? [name, `${name}:${port}`] : [`${name}:${port}`]));
}

function onAbort(signal: AbortSignal, then: () => void): void {
  if (signal.aborted) then();
  else signal.addEventListener('abort', then, { once: true });
}
