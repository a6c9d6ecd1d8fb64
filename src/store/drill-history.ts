import type { DatabaseSync } from 'node:sqlite';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Fault } from '../base/fault.ts';
import type { DrillReport, Verdict } from '../facts/drill-report.ts';
import { readDrillReport } from '../facts/read-drill-report.ts';
import { historySchema } from './history-schema.ts';
import { openDatabase } from './open-database.ts';

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

/** Opens the history of drills at this path (`openDatabase`). */
export function openDrillHistory(path: string): DrillHistory {
  const { database, guarded } = openDatabase(path, historySchema);
  return {
    add: (report) => guarded(() => insert(database, report)),
    list: () => guarded(() => entries(database)),
    get: (id) => guarded(() => reportOf(database, { id, path })),
    close: () => database.close(),
  };
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
