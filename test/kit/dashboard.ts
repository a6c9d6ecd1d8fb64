import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ignoreEvents } from '../../src/base/event.ts';
import type { Command, CommandOutcome } from '../../src/hosts/host.ts';
import { type MemoryHost, memoryHost } from '../../src/hosts/memory-host.ts';
import type { Model } from '../../src/model/model.ts';
import { observeStatus } from '../../src/observe/status-observe.ts';
import type { DrillOffer } from '../../src/report/operation-offers.ts';
import type { AlertWorld } from '../../src/server/alerts/start-alerts.ts';
import type { Assets } from '../../src/server/assets.ts';
import type { DrillRecords } from '../../src/server/drill-records.ts';
import type { Gate, Visitor } from '../../src/server/gate.ts';
import { makeLinkGate } from '../../src/server/link-gate.ts';
import { lookInTurns } from '../../src/server/look-in-turns.ts';
import type { DoOperation } from '../../src/server/operations.ts';
import { type RunningDashboard, serveEdge, type ServeWorld } from '../../src/server/serve-edge.ts';
import type { ServerTls } from '../../src/server/tls-server.ts';
import type { PlanLook } from '../../src/server/watch-plan.ts';
import type { OutsideProbe } from '../../src/server/start-probe.ts';
import { type EdgeHistory, openEdgeHistory } from '../../src/store/edge-history.ts';
import { exampleModel } from './example-model.ts';
import { statusWorld, type WorldFaults } from './status-world.ts';

/** An edge in memory with a dashboard, whose state the test changes. */
export interface TestDashboard {
  readonly running: RunningDashboard;
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  /** What opens the page. */
  readonly link: string;
  /** Cookie header of somebody who opened it. */
  readonly cookie: string;
  /** Makes other things true, and tells kernels' news of it. */
  readonly become: (faults: WorldFaults) => void;
  /** Ends it, and resolves when it has ended. */
  readonly stop: () => Promise<void>;
  readonly historyPath: string;
}

/** What may differ from the usual. */
export interface DashboardOptions {
  readonly model?: Model;
  readonly run?: DoOperation;
  readonly openHistory?: (path: string) => EdgeHistory;
  readonly historyPath?: string;
  readonly drills?: readonly DrillOffer[];
  /** Default: none runs. */
  readonly probe?: OutsideProbe;
  readonly assets?: Assets;
  readonly lookEveryMs?: number;
  /** Instead of the link; then there is no `link` and no `cookie`. */
  readonly gate?: (port: number) => Gate;
  readonly tls?: ServerTls;
  /** Further names by which it may be called. */
  readonly names?: readonly string[];
  readonly drillRecords?: DrillRecords;
  readonly applies?: ServeWorld['applies'];
  /** Throws in place of a look; undefined: it works. Called before each. */
  readonly lookFails?: () => Error | undefined;
  /** Lets everybody in as this visitor, without a link: then a page outlives its server. */
  readonly visitor?: Visitor;
  /** Default: any free one. */
  readonly port?: number;
  readonly alerts?: AlertWorld;
  /** What is wrong when it begins. */
  readonly faults?: WorldFaults;
  readonly plan?: () => Promise<PlanLook>;
  readonly trafficEveryMs?: number;
}

/** Starts a dashboard on a free port of loopback; it ends with the test. */
export async function testDashboard(options: DashboardOptions = {}): Promise<TestDashboard> {
  const { model = exampleModel(), openHistory = openEdgeHistory } = options;
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-dashboard-'));
  const historyPath = options.historyPath ?? join(directory, 'timeline.db');
  const controller = new AbortController();
  let world = statusWorld(model, options.faults);
  const listeners = new Set<() => void>();
  const hosts = new Map(
    [...world.hosts.keys()].map((name): readonly [string, MemoryHost] => [
      name,
      memoryHost({
        name,
        respond: async (command) => respondAs(world.hosts.get(name), command),
        play: async (_argv, say, signal) => {
          const tell = (): void => say('2: eth0 inet changed');
          listeners.add(tell);
          await new Promise((settle) => signal.addEventListener('abort', settle, { once: true }));
          listeners.delete(tell);
        },
      }),
    ]),
  );
  const look = lookInTurns({
    model,
    observe: (window) =>
      observeStatus({ model, hosts, client: world.client, window, now: () => new Date(), emit: ignoreEvents }),
    clock: () => performance.now(),
  });
  const gates: ReturnType<typeof makeLinkGate>[] = [];
  const running = await serveEdge({
    model,
    place: 'lab',
    hosts,
    look: async () => {
      const failure = options.lookFails?.();
      if (failure !== undefined) throw failure;
      return look();
    },
    pauseMs: async () => Promise.resolve(options.lookEveryMs ?? 50),
    openHistory: () => openHistory(historyPath),
    version: '0.0.0-test',
    trafficEveryMs: options.trafficEveryMs ?? 200,
    run: options.run ?? (async () => Promise.resolve({ state: 'done', note: 'done' })),
    drills: options.drills ?? [],
    drillRecords: options.drillRecords ?? { rows: () => [], html: () => undefined },
    applies: options.applies ?? (() => []),
    ...(options.alerts === undefined ? {} : { alerts: options.alerts }),
    ...(options.plan === undefined ? {} : { plan: options.plan }),
    ...(options.probe === undefined ? {} : { probe: options.probe }),
    assets: options.assets ?? { page: '<!doctype html><title>evenkeel</title>', files: new Map() },
    listen: { address: '127.0.0.1', port: options.port ?? 0, names: options.names ?? [], tls: options.tls },
    gate: (port) => {
      if (options.gate !== undefined) return options.gate(port);
      const gate = makeLinkGate({ operator: 'ann', port });
      gates.push(gate);
      const { visitor } = options;
      return visitor === undefined ? gate : { ...gate, visitor: () => visitor };
    },
    now: () => new Date(),
    signal: controller.signal,
  });
  const stop = async (): Promise<void> => {
    controller.abort();
    await running.ended;
  };
  onTestFinished(async () => {
    await stop();
    rmSync(directory, { recursive: true, force: true });
  });
  const origin = `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${running.port}`;
  const link = `${origin}${gates[0]?.path ?? ''}`;
  const opened = options.gate === undefined ? await fetch(link, { redirect: 'manual' }) : undefined;
  const cookie = (opened?.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  return {
    running,
    origin,
    link,
    cookie,
    become: (faults) => {
      world = statusWorld(model, faults);
      for (const tell of listeners) tell();
    },
    stop,
    historyPath,
  };
}

/** A host of the world of this moment: one that is silent there answers nothing. */
async function respondAs(host: MemoryHost | undefined, command: Command): Promise<CommandOutcome | undefined> {
  return host?.run(command);
}
