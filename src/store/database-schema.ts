import type { DatabaseSync } from 'node:sqlite';
import { Fault } from '../base/fault.ts';
import { inTransaction } from './in-transaction.ts';

/** What stands in a database of ours, and how it is spoken of. */
export interface DatabaseSchema {
  /** Marks the file as ours (`PRAGMA application_id`). */
  readonly applicationId: number;
  /** What brings the file from each version of its schema to the next one. Never changed once released, only added to. */
  readonly migrations: readonly string[];
  /** `the history of drills`. */
  readonly name: string;
  /** Of a file without room, what became of what was to be written: `this one was not kept`. */
  readonly lost: string;
  /** What a new file is begun by: `the next drill begins a new one`. */
  readonly renewed: string;
}

/**
 * Brings the schema up to date, or throws a Fault `file-unreadable` for a file of a newer evenkeel or of another program.
 * One transaction: two commands that begin at once make it once, and a failure leaves the file as it was.
 */
export function migrate(database: DatabaseSync, path: string, schema: DatabaseSchema): void {
  const { applicationId, migrations } = schema;
  if (versionOf(database, path, schema) === migrations.length) return;
  inTransaction(database, () => {
    // Another command may have done it while this one waited.
    const version = versionOf(database, path, schema);
    for (const migration of migrations.slice(version)) database.exec(migration);
    database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${migrations.length}`);
  });
}

/** 0: an empty file. */
function versionOf(database: DatabaseSync, path: string, { applicationId, migrations }: DatabaseSchema): number {
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
