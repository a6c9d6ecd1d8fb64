import type { DatabaseSync } from 'node:sqlite';
import { Fault } from '../base/fault.ts';

/** Marks the file as ours (`PRAGMA application_id`): the letters EKHI. */
const applicationId = 0x45_4b_48_49;

/** What brings the file from each version of its schema to the next one. Never changed once released, only added to. */
const migrations: readonly string[] = [
  `CREATE TABLE drill (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     started_at TEXT NOT NULL,
     place TEXT NOT NULL CHECK (place IN ('lab', 'real')),
     profile TEXT NOT NULL CHECK (profile IN ('evenkeel', 'reference')),
     faults INTEGER NOT NULL,
     verdict TEXT NOT NULL CHECK (verdict IN ('kept', 'broken', 'not-judged', 'not-run')),
     worst_name TEXT,
     worst_ms REAL,
     report BLOB NOT NULL -- JSON, gzip
   ) STRICT`,
];

/**
 * Brings the schema up to date, or throws a Fault `file-unreadable` for a file of a newer evenkeel or of another program.
 * One transaction: two commands that begin at once make it once, and a failure leaves the file as it was.
 */
export function migrate(database: DatabaseSync, path: string): void {
  if (versionOf(database, path) === migrations.length) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    // Another command may have done it while this one waited.
    const version = versionOf(database, path);
    for (const migration of migrations.slice(version)) database.exec(migration);
    database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${migrations.length}; COMMIT`);
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** 0: an empty file. */
function versionOf(database: DatabaseSync, path: string): number {
  const pragma = (name: string): number => Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
  const tables = Number(database.prepare('SELECT count(*) AS count FROM sqlite_schema').get()?.['count']);
  const version = pragma('user_version');
  if (pragma('application_id') !== applicationId && (tables > 0 || version > 0)) {
    throw new Fault({
      code: 'file-unreadable',
      message: `${path} is a database of another program`,
      state: 'it was not touched',
      next: `move it away: mv ${path} ${path}.other`,
    });
  }
  if (version > migrations.length) {
    throw new Fault({
      code: 'file-unreadable',
      message: `${path} was written by a newer evenkeel (schema ${version}, this one knows ${migrations.length})`,
      state: 'it was not touched',
      next: 'use that evenkeel, or a newer one',
    });
  }
  return version;
}
