import { randomUUID } from 'node:crypto';
import { Fault } from '../../base/fault.ts';
import { sameValue } from '../../base/same-value.ts';
import { type FileLock, tryFileLock } from '../../hosts/file-lock.ts';
import { pause } from '../../hosts/pause.ts';
import type { AlertReceiver, AlertSettings } from '../../model/alert-settings.ts';
import { conditionsOf } from '../../report/alert-conditions.ts';
import { outgoingAlert } from '../../report/alert-memory.ts';
import { alertDocument, itemsFor } from '../../report/alert-message.ts';
import { alertRows, receiverRow } from '../../report/alert-rows.ts';
import { type AlertItem, stepAlerts } from '../../report/alert-rules.ts';
import { type AlertState, lastingState, newAlertState } from '../../report/alert-state.ts';
import type { TableName, Topology } from '../../report/edge-view.ts';
import type { AlertStore } from '../../store/alert-store.ts';
import type { Board } from '../board.ts';
import { keepFile } from '../kept-file.ts';
import { type Delivery, type DeliveryNews, type DeliveryTimes, deliveryTimes, startDelivery } from './delivery.ts';
import { receiverProblem } from './receiver-problem.ts';
import { sendAlert } from './send-alert.ts';

/** What alerts need beside the board. */
export interface AlertWorld {
  readonly settings: AlertSettings;
  /** Of the edge file: absolute. */
  readonly directory: string;
  readonly openStore: () => AlertStore;
  /** Held while alerts are sent: of two dashboards of one edge one sends. */
  readonly lockPath: string;
  /** Makes commands complete, so that they can be typed. */
  readonly complete: (text: string) => string;
  /** Whether a drill runs here, also one that somebody began in a terminal; left out: only the dashboard begins any. */
  readonly drillRuns?: () => Promise<boolean>;
  readonly times?: Partial<AlertPace>;
}

/** How patient alerts are. Milliseconds. */
export interface AlertPace extends DeliveryTimes {
  /** What begins or ends within this is one message. */
  readonly groupMs: number;
  /** What is gone for so long is over. */
  readonly calmMs: number;
}

/** As it is unless a test is in a hurry. */
const usualPace: AlertPace = { ...deliveryTimes, groupMs: 10_000, calmMs: 15_000 };

/** Where alerts are watched, and for how long. */
export interface AlertWatch {
  readonly topology: Topology;
  readonly board: Board;
  /** When the dashboard began, ISO 8601, as long as it could not read the operations or drills of before that; undefined: they are on the board. */
  readonly workUnreadBefore: () => string | undefined;
  readonly alerts: AlertWorld;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

/** News come in bursts; they are judged together after this. Milliseconds. */
const gatherMs = 20;
/** So often it is written that alerts are watched. Milliseconds. */
const aliveMs = 60_000;
/** Between two tries to take over from another dashboard. Milliseconds. */
const takeOverMs = 5_000;
/** So often it is asked whether a drill runs: sooner than anything it breaks is told. Milliseconds. */
const drillMs = 1_000;
/** The longest timer that is set; more is not needed. Milliseconds. */
const longestTimerMs = 3_600_000;

/** Tables that decide what is wrong. */
const watched: readonly TableName[] = [
  'look',
  'holdings',
  'problems',
  'vips',
  'balancers',
  'backends',
  'sites',
  'work',
  'pending',
  'drills',
];

/**
 * Watches the board and tells the receivers what begins, goes on and ends (`stepAlerts`), until the signal fires; then what is under way ends. Without
 * receivers nothing happens. Rejects with a bug.
 */
export async function watchAlerts(watch: AlertWatch): Promise<void> {
  if (watch.alerts.settings.receivers.length === 0) return;
  const lock = await takeLock(watch);
  if (lock === undefined) return;
  try {
    await watchAlone(watch);
  } finally {
    await lock.release();
  }
}

/** Waits for another dashboard to end; undefined: the signal fired first. Without a lock both would tell everything. */
async function takeLock({ alerts, board, now, signal }: AlertWatch): Promise<FileLock | undefined> {
  let said = '';
  while (!signal.aborted) {
    const lock = await tryLock(alerts.lockPath);
    if (typeof lock === 'object') return lock;
    if (lock !== said) {
      const about = { kind: 'controller', severity: 'warning', subject: 'alerts' } as const;
      board.tell([{ ...about, at: now().toISOString(), text: lock }]);
      said = lock;
    }
    await pause(takeOverMs, signal);
  }
  return undefined;
}

/** The lock, or why it can't be had. */
async function tryLock(path: string): Promise<FileLock | string> {
  try {
    const lock = await tryFileLock(path);
    return lock ?? 'another dashboard of this edge sends its alerts; this one takes over when that one ends';
  } catch (error) {
    if (error instanceof Fault) return `no alerts are sent: ${error.message}`;
    if (error instanceof Error && 'syscall' in error) return `no alerts are sent: ${error.message}`;
    throw error;
  }
}

async function watchAlone({ topology, board, workUnreadBefore, alerts, now, signal }: AlertWatch): Promise<void> {
  const { settings } = alerts;
  const pace = { ...usualPace, ...alerts.times };
  // Said with the save that follows: what only a load met is over then.
  const keeper = keepFile(alerts.openStore, () => undefined);
  const memory = keeper.use((store) => store.load());
  let state: AlertState = memory?.state ?? newAlertState(now().getTime());
  let saidTrouble: string | undefined;
  let drillRuns = (await alerts.drillRuns?.()) ?? false;
  let timer: NodeJS.Timeout | undefined;
  let gathering: NodeJS.Timeout | undefined;

  const deliveries = settings.receivers.map((receiver): Delivery & { readonly receiver: AlertReceiver } => ({
    receiver,
    ...startDelivery({
      name: receiver.name,
      memory: memory?.receivers.find(({ name }) => name === receiver.name),
      send: (message, cut) => sendAlert(receiver, message, { directory: alerts.directory, signal: cut }),
      onNews: (news) => onNews(receiver, news),
      now,
      times: pace,
      signal,
    }),
  }));

  const save = (): void => {
    keeper.use((store) =>
      store.save({
        version: 1,
        at: now().getTime(),
        state: lastingState(state),
        receivers: deliveries.map((one) => one.memory()),
      }),
    );
    const trouble = keeper.trouble();
    if (trouble === saidTrouble) return;
    saidTrouble = trouble;
    const text =
      trouble === undefined
        ? 'what was told of alerts is kept again'
        : `what is told of alerts is not kept: ${trouble}`;
    const severity = trouble === undefined ? 'good' : 'warning';
    board.tell([{ at: now().toISOString(), kind: 'controller', severity, subject: 'alerts', text }]);
  };

  const show = (): void => {
    board.put({
      alerts: alertRows(state),
      receivers: deliveries.map((one) => receiverRow(one.memory(), one.receiver.way.kind)),
    });
  };

  const onNews = ({ name }: AlertReceiver, news: DeliveryNews): void => {
    save();
    const at = now().toISOString();
    board.put({ problems: receiverProblem(board.view().problems, { name, at, news }) });
    if (news.kind !== 'not-taken') board.tell([newsEvent(name, at, news)]);
    show();
  };

  const send = (items: readonly AlertItem[]): void => {
    const at = now().getTime();
    const id = randomUUID();
    for (const delivery of deliveries) {
      const wanted = itemsFor(items, delivery.receiver);
      if (wanted.length === 0) continue;
      const { edge, place } = topology;
      const document = alertDocument({ id, edge, place, at, items: wanted, complete: alerts.complete });
      delivery.add(outgoingAlert(document));
    }
  };

  const judge = (): void => {
    clearTimeout(timer);
    const at = now().getTime();
    const seen = conditionsOf({
      topology,
      view: board.view(),
      from: new Date(state.beganAt).toISOString(),
      keepTrouble: keeper.trouble(),
      drillRuns,
      workUnreadBefore: workUnreadBefore(),
    });
    const times = { ...settings, groupMs: pace.groupMs, calmMs: pace.calmMs };
    const step = stepAlerts(state, { seen, now: at, times });
    const changed = !sameValue(lastingState(step.state), lastingState(state));
    state = step.state;
    // What is to be sent is written down together with that it is told: a restart neither forgets nor repeats it.
    if (step.items.length > 0) send(step.items);
    if (changed) save();
    show();
    if (step.wakeAt !== undefined) {
      timer = setTimeout(judge, Math.min(longestTimerMs, Math.max(1, step.wakeAt - at)));
    }
  };

  const watchDrills = async (): Promise<void> => {
    while (alerts.drillRuns !== undefined && !signal.aborted) {
      const runs = await alerts.drillRuns();
      if (runs !== drillRuns) {
        drillRuns = runs;
        judge();
      }
      await pause(drillMs, signal);
    }
  };

  const unsubscribe = board.subscribe(({ change }) => {
    if (!watched.some((table) => change[table] !== undefined)) return;
    gathering ??= setTimeout(() => {
      gathering = undefined;
      judge();
    }, gatherMs);
  });
  const alive = setInterval(save, aliveMs);
  save();
  judge();
  try {
    await Promise.all([watchDrills(), ...deliveries.map(({ ended }) => ended)]);
  } finally {
    unsubscribe();
    clearInterval(alive);
    clearTimeout(timer);
    clearTimeout(gathering);
    save();
    keeper.close();
  }
}

function newsEvent(name: string, at: string, news: Exclude<DeliveryNews, { kind: 'not-taken' }>) {
  const { title } = news.message;
  const about = { at, kind: 'controller', subject: name } as const;
  return news.kind === 'taken'
    ? ({ ...about, severity: 'info', text: `${name} was told: ${title}` } as const)
    : ({
        ...about,
        severity: 'warning',
        text: `${name} was not told, and will not be: ${title} (${news.said})`,
      } as const);
}
