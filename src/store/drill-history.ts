import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Fault } from '../base/fault.ts';
import type { DrillReport, Verdict } from '../facts/drill-report.ts';
import { readDrillReport } from '../facts/read-drill-report.ts';
import { historyFault } from './history-fault.ts';
import { migrate } from './history-schema.ts';

/** The drills of one edge, kept in a file. Everything throws a Fault that says what to do; the file is never replaced. */
export interface DrillHistory {
  /** Keeps a report for good; returns its number. `disk-full` leaves what was there as it was. */
  add(report: DrillReport): number;
  /** What was drilled, the newest last. */
  list(): readonly DrillEntry[];
  /** One report, or undefined when there is none of this number. */
  get(id: number): DrillReport | undefined;
  close(): void;
}

/** One drill of the history, without its records. */
export interface DrillEntry {
  readonly id: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly place: DrillReport['place'];
  readonly profile: DrillReport['profile'];
  /** How many different faults were asked for. */
  readonly faults: number;
  readonly verdict: Verdict;
  /** The fault with the longest time without a success; undefined when nothing was measured. */
  readonly worst: { readonly name: string; readonly gapMs: number } | undefined;
}

/** How long a command waits while another one writes. */
const busyMs = 10_000;

/**
 * Opens the history at this path and makes it when it is not there (0600 in a 0700 directory). Throws a Fault
 * `file-unreadable` when the file is damaged, of a newer evenkeel or no history, `disk-full` when there is no room.
 * A rollback journal, not WAL: a drill writes once, and the history is then one file that can be copied.
 */
export function openDrillHistory(path: string): DrillHistory {
  const database = guarded(path, () => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // SQLite would make it with the umask's mode; its journal takes the mode of the file.
    closeSync(openSync(path, 'a', 0o600));
    chmodSync(path, 0o600);
    const opened = new DatabaseSync(path, { timeout: busyMs });
    try {
      migrate(opened, path);
    } catch (error) {
      opened.close();
      throw error;
    }
    return opened;
  });
  return {
    add: (report) => guarded(path, () => insert(database, report)),
    list: () => guarded(path, () => entries(database)),
    get: (id) => guarded(path, () => reportOf(database, { id, path })),
    close: () => database.close(),
  };
}

function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw historyFault(path, error);
  }
}

function insert(database: DatabaseSync, report: DrillReport): number {
  const ran = report.faults.filter((fault) => fault.verdict !== 'not-run');
  const worst = ran.toSorted((a, b) => b.longestGapMs - a.longestGapMs)[0];
  const { lastInsertRowid } = database
    .prepare(
      `INSERT INTO drill (started_at, place, profile, faults, verdict, worst_name, worst_ms, report)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      report.startedAt,
      report.place,
      report.profile,
      new Set(report.faults.map((fault) => fault.name)).size,
      report.verdict,
      worst?.name ?? null,
      worst?.longestGapMs ?? null,
      gzipSync(JSON.stringify(report)),
    );
  return Number(lastInsertRowid);
}

function entries(database: DatabaseSync): readonly DrillEntry[] {
  return database
    .prepare('SELECT id, started_at, place, profile, faults, verdict, worst_name, worst_ms FROM drill ORDER BY id')
    .all()
    .map((row) => ({
      id: Number(row['id']),
      startedAt: String(row['started_at']),
      place: row['place'] === 'real' ? 'real' : 'lab',
      profile: row['profile'] === 'reference' ? 'reference' : 'evenkeel',
      faults: Number(row['faults']),
      verdict: verdictOf(row['verdict']),
      worst:
        row['worst_name'] === null ? undefined : { name: String(row['worst_name']), gapMs: Number(row['worst_ms']) },
    }));
}

/** The schema lets in no other words. */
function verdictOf(value: unknown): Verdict {
  return value === 'kept' || value === 'broken' || value === 'not-run' ? value : 'not-judged';
}

function reportOf(
  database: DatabaseSync,
  { id, path }: { readonly id: number; readonly path: string },
): DrillReport | undefined {
  const blob = database.prepare('SELECT report FROM drill WHERE id = ?').get(id)?.['report'];
  if (blob === undefined) return undefined;
  const read = blob instanceof Uint8Array ? readDrillReport(unpacked(blob)) : undefined;
  if (read?.ok === true) return read.value;
  throw new Fault({
    code: 'file-unreadable',
    message: `drill ${id} in ${path} can't be read: ${read === undefined ? 'it is no report' : read.error}`,
    state: 'the other drills are not touched by this',
    next: 'see `evenkeel drill history` for the others',
  });
}

function unpacked(blob: Uint8Array): string {
  try {
    return gunzipSync(blob).toString();
  } catch {
    return '';
  }
}
