import type { DrillRecord } from '../facts/drill-records.ts';
import type { DrillGround } from './drill-ground.ts';
import { differences, lacks, missedServers } from './lacks.ts';
import type { HolderWish } from './holder-check.ts';
import { drillNow, pause } from './wait-until.ts';

/**
 * What the load's first moments show is not the edge: programs that have just started are compiled while they run, and on two
 * cores requests took up to 0.8 s in the first 1.5 s, then 30 ms.
 */
const warmUpMs = 2000;

/** Load and observers that run, and what they have written down so far. */
export interface LoadSession {
  readonly records: readonly DrillRecord[];
  /** When it began, warmed up: nothing of the time before is judged. */
  readonly begin: number;
  /** Ids of the streams of short requests. */
  readonly streams: readonly string[];
  /** What made the load or an observer end: a Fault, or a bug. */
  readonly failure: () => unknown;
  /** Ends load and observers, once; all records are there then. Throws when the probe failed as it ended. */
  stop(): Promise<void>;
}

/** Starts the load and everything that looks. Throws what `openProbe` throws. */
export async function openSession(ground: DrillGround): Promise<LoadSession> {
  const records: DrillRecord[] = [];
  const write = (record: DrillRecord): void => void records.push(record);
  let failure: unknown;
  const fail = (error: unknown): void => {
    failure ??= error;
  };
  let stopping: Promise<void> | undefined;
  const watcher = await ground.watch(write, fail);
  const probe = await ground.openProbe(write).catch(async (error: unknown) => {
    await watcher.stop();
    throw error;
  });
  probe.failed.catch(fail);
  await Promise.race([pause(warmUpMs), probe.failed.catch(() => undefined)]);
  return {
    records,
    begin: drillNow(),
    streams: ground.order.streams
      .filter((stream) => stream.kind === 'new-connection' || stream.kind === 'keep-alive')
      .map((stream) => stream.id),
    failure: () => failure,
    stop: () => {
      const all = async (): Promise<void> => {
        await Promise.all([failure === undefined ? probe.stop() : undefined, watcher.stop()]);
      };
      stopping ??= all();
      return stopping;
    },
  };
}

/** What is waited for. Milliseconds. */
export interface WholeWish {
  readonly holders: readonly HolderWish[];
  /** For so long in a row. */
  readonly forMs: number;
  /** Nothing before this moment counts. */
  readonly notBefore: number;
  /** Given up at this moment. */
  readonly until: number;
  /** Holders, answers and backends must be as they were then, and the servers that had answered must answer again. */
  readonly sameAs?: number;
  /** Looked at now and then; waiting ends when it says yes. */
  readonly enough?: () => Promise<boolean>;
  readonly signal?: AbortSignal;
}

/** How waiting ended. `missing` are sentences; empty when it is whole. */
export interface WholeEnd {
  readonly whole: boolean;
  readonly missing: readonly string[];
  /** From when on it was so. */
  readonly from: number;
}

const lookMs = 150;
const enoughMs = 1000;

/** Waits until everything is as wished. It ends early when the load fails, when `enough` says so and on the signal. */
export async function waitWhole(session: LoadSession, wish: WholeWish): Promise<WholeEnd> {
  let asked = drillNow();
  for (;;) {
    const to = drillNow();
    const from = Math.max(to - wish.forMs, wish.notBefore);
    const missing = [
      ...lacks(session.records, { span: { from, to }, streams: session.streams, holders: wish.holders }),
      ...(wish.sameAs === undefined ? [] : differences(session.records, wish.sameAs, to)),
      ...(wish.sameAs === undefined
        ? []
        : missedServers(session.records, { before: wish.sameAs, since: wish.notBefore })),
    ];
    // Some clients of a drill wait longer than a look lasts: too short a look proves nothing.
    if (missing.length === 0 && to - from >= wish.forMs) return { whole: true, missing, from };
    if (to >= wish.until || session.failure() !== undefined || wish.signal?.aborted === true) {
      return { whole: false, missing, from };
    }
    if (wish.enough !== undefined && to - asked >= enoughMs) {
      asked = to;
      if (await wish.enough()) return { whole: false, missing, from };
    }
    await pause(lookMs, wish.signal);
  }
}
