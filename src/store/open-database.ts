import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { databaseFault } from './database-fault.ts';
import { type DatabaseSchema, migrate } from './database-schema.ts';

/** How long a command waits while another one writes. */
const busyMs = 10_000;

/** An open database, and how to use it so that what goes wrong is a Fault. */
export interface OpenDatabase {
  readonly database: DatabaseSync;
  /** Does `work`; throws `disk-full` or `file-unreadable`. What a failed statement changed is taken back by SQLite. */
  guarded<T>(work: () => T): T;
}

/**
 * Opens the database at this path and makes it when it is not there (0600 in a 0700 directory). Throws a Fault
 * `file-unreadable` when the file is damaged, of a newer evenkeel or another program's, `disk-full` when there is no room. A
 * rollback journal, not WAL: it is then one file that can be copied.
 */
export function openDatabase(path: string, schema: DatabaseSchema): OpenDatabase {
  const guarded = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw databaseFault(path, schema, error);
    }
  };
  const database = guarded(() => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // SQLite would make it with the umask's mode; its journal takes the mode of the file.
    closeSync(openSync(path, 'a', 0o600));
    chmodSync(path, 0o600);
    const opened = new DatabaseSync(path, { timeout: busyMs });
    try {
      migrate(opened, path, schema);
    } catch (error) {
      opened.close();
      throw error;
    }
    return opened;
  });
  return { database, guarded };
}
