import { type AlertMemory, readAlertMemory } from '../report/alert-memory.ts';
import type { DatabaseSchema } from './database-schema.ts';
import { openDatabase } from './open-database.ts';

/** What was told of an edge and what is to be sent, kept in a file. Everything throws a Fault that says what to do. */
export interface AlertStore {
  /** What was kept last; undefined: nothing, or nothing that can be read. */
  load(): AlertMemory | undefined;
  /** Keeps all of it at once, in place of what was there: what is told and what is to be sent never part. */
  save(memory: AlertMemory): void;
  close(): void;
}

const schema: DatabaseSchema = {
  // The letters EKAL.
  applicationId: 0x45_4b_41_4c,
  migrations: [
    `CREATE TABLE memory (
       id INTEGER PRIMARY KEY CHECK (id = 1),
       document TEXT NOT NULL -- JSON
     ) STRICT`,
  ],
  name: 'what was told of alerts',
  lost: 'alerts are sent, and after a restart some may be told again',
  renewed: 'the next `evenkeel serve` begins a new one, and tells again what is on',
};

/** Opens what is kept of alerts at this path (`openDatabase`). */
export function openAlertStore(path: string): AlertStore {
  const { database, guarded } = openDatabase(path, schema);
  return {
    load: () =>
      guarded(() => {
        const document = database.prepare('SELECT document FROM memory WHERE id = 1').get()?.['document'];
        return typeof document === 'string' ? readAlertMemory(document) : undefined;
      }),
    save: (memory) =>
      guarded(() => {
        database.prepare('INSERT OR REPLACE INTO memory (id, document) VALUES (1, ?)').run(JSON.stringify(memory));
      }),
    close: () => database.close(),
  };
}
