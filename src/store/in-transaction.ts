import type { DatabaseSync } from 'node:sqlite';

/** All of `work` or nothing, and one write to the disk. The lock is taken first, so that what it reads is still so when it writes. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
