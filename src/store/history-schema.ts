import type { DatabaseSchema } from './database-schema.ts';

/** `history.db` of an edge: the drills that were held, and what the last apply did to each host. */
export const historySchema: DatabaseSchema = {
  // The letters EKHI.
  applicationId: 0x45_4b_48_49,
  migrations: [
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
    `CREATE TABLE host_apply (
         place TEXT NOT NULL, -- real, lab, or lab- and its suffix
         host TEXT NOT NULL,
         at TEXT NOT NULL,
         result TEXT NOT NULL CHECK (result IN ('done', 'not-done', 'undo-failed')),
         note TEXT NOT NULL, -- why it is not done
         generation TEXT, -- of the last one that was done
         done_at TEXT,
         PRIMARY KEY (place, host)
       ) STRICT, WITHOUT ROWID`,
  ],
  name: 'the history of drills and applies',
  lost: 'this one was not kept',
  renewed: 'the next drill or apply begins a new one',
};
