import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { AuditEntry, OperationEnd } from '../report/audit-entry.ts';
import { type EdgeView, readView } from '../report/edge-view.ts';
import type { DatedView } from '../report/report-spans.ts';
import type { NumberedEvent, TimelineEvent, TimelineKind } from '../report/timeline-event.ts';
import type { DatabaseSchema } from './database-schema.ts';
import { openDatabase } from './open-database.ts';
import { columnText } from './column-text.ts';
import { inTransaction } from './in-transaction.ts';

/** Which events are wanted; all that are left out: the newest. Times are ISO 8601. */
export interface EventQuery {
  /** Only those with a smaller number. */
  readonly before?: number;
  /** From this time on. */
  readonly from?: string;
  /** Up to this time. */
  readonly until?: string;
  /** Only those of this kind. */
  readonly kind?: TimelineKind;
  /** Only those about this. */
  readonly subject?: string;
  /** At most so many: the newest of what is asked for. */
  readonly limit: number;
}

/** What happened to an edge, and what it looked like, kept in a file. Everything throws a Fault that says what to do. */
export interface EdgeHistory {
  /** Keeps events in their order, all or none; returns them with their numbers. One that has a number keeps it, unless another one has it. */
  addEvents(events: readonly (TimelineEvent | NumberedEvent)[]): readonly NumberedEvent[];
  /** Oldest first. */
  events(query: EventQuery): readonly NumberedEvent[];
  /** Keeps what the edge looked like from this time on (ISO 8601). */
  keepView(at: string, view: EdgeView): void;
  /** What it looked like at a time: the last view kept before it; undefined when there is none. */
  viewAt(time: string): DatedView | undefined;
  /** Keeps that somebody watched the edge at this time (ISO 8601). */
  keepWatched(at: string): void;
  /** The last time at which somebody watched; undefined: none was kept. */
  watchedUntil(): string | undefined;
  /** Writes an operation down before it begins. */
  beginOperation(entry: Pick<AuditEntry, 'at' | 'operator' | 'title' | 'reason'>): number;
  endOperation(id: number, end: OperationEnd): void;
  /** Writes down operations that ran while they could not be; their numbers as with `addEvents`. */
  addOperations(entries: readonly AuditEntry[]): void;
  /** The newest operations, oldest of them first. */
  operations(limit: number): readonly AuditEntry[];
  /** Operations that were running when the controller ended become `unknown`; returns them. */
  settleInterrupted(at: string): readonly AuditEntry[];
  /** Forgets the view that was kept at this time. */
  forgetView(at: string): void;
  /** Forgets views that are older than this time; events and operations stay. */
  forgetViews(before: string): void;
  close(): void;
}

const schema: DatabaseSchema = {
  // The letters EKTL.
  applicationId: 0x45_4b_54_4c,
  migrations: [
    `CREATE TABLE event (
       id INTEGER PRIMARY KEY AUTOINCREMENT,
       at TEXT NOT NULL,
       kind TEXT NOT NULL,
       severity TEXT NOT NULL,
       subject TEXT NOT NULL,
       text TEXT NOT NULL,
       next TEXT,
       code TEXT
     ) STRICT;
     CREATE INDEX event_at ON event (at);
     CREATE TABLE view (
       at TEXT PRIMARY KEY,
       document BLOB NOT NULL -- JSON, gzip
     ) STRICT, WITHOUT ROWID;
     CREATE TABLE operation (
       id INTEGER PRIMARY KEY AUTOINCREMENT,
       at TEXT NOT NULL,
       operator TEXT NOT NULL,
       title TEXT NOT NULL,
       reason TEXT NOT NULL,
       state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed', 'unknown')),
       note TEXT NOT NULL,
       ended_at TEXT
     ) STRICT`,
    // An operation may be done in part. SQLite can't change a CHECK, so the rows move.
    `CREATE TABLE operation_of_2 (
       id INTEGER PRIMARY KEY AUTOINCREMENT,
       at TEXT NOT NULL,
       operator TEXT NOT NULL,
       title TEXT NOT NULL,
       reason TEXT NOT NULL,
       state TEXT NOT NULL CHECK (state IN ('running', 'done', 'partial', 'failed', 'unknown')),
       note TEXT NOT NULL,
       ended_at TEXT
     ) STRICT;
     INSERT INTO operation_of_2 SELECT id, at, operator, title, reason, state, note, ended_at FROM operation;
     DROP TABLE operation;
     ALTER TABLE operation_of_2 RENAME TO operation`,
    // One row: until when somebody watched.
    'CREATE TABLE watched (id INTEGER PRIMARY KEY CHECK (id = 1), until TEXT NOT NULL) STRICT',
  ],
  name: 'the timeline',
  lost: 'what happens now is shown, and written when there is room again',
  renewed: 'the next `evenkeel serve` begins a new one',
};

/** Opens the history of an edge at this path (`openDatabase`). */
export function openEdgeHistory(path: string): EdgeHistory {
  const { database, guarded } = openDatabase(path, schema);
  return {
    addEvents: (events) => guarded(() => insertEvents(database, events)),
    events: (query) => guarded(() => selectEvents(database, query)),
    keepView: (at, view) =>
      guarded(() => {
        const document = gzipSync(JSON.stringify(view));
        database.prepare('INSERT OR REPLACE INTO view (at, document) VALUES (?, ?)').run(at, document);
      }),
    viewAt: (time) =>
      guarded(() => {
        const row = database.prepare('SELECT at, document FROM view WHERE at <= ? ORDER BY at DESC LIMIT 1').get(time);
        const blob = row?.['document'];
        if (row === undefined || !(blob instanceof Uint8Array)) return undefined;
        const view = readView(JSON.parse(gunzipSync(blob).toString()));
        return view === undefined ? undefined : { at: columnText(row['at']), view };
      }),
    keepWatched: (at) =>
      guarded(() => {
        database.prepare('INSERT OR REPLACE INTO watched (id, until) VALUES (1, ?)').run(at);
      }),
    watchedUntil: () =>
      guarded(() => {
        const until = database.prepare('SELECT until FROM watched').get()?.['until'];
        return typeof until === 'string' ? until : undefined;
      }),
    beginOperation: ({ at, operator, title, reason }) =>
      guarded(() => {
        const { lastInsertRowid } = database
          .prepare(
            `INSERT INTO operation (at, operator, title, reason, state, note) VALUES (?, ?, ?, ?, 'running', '')`,
          )
          .run(at, operator, title, reason);
        return Number(lastInsertRowid);
      }),
    endOperation: (id, { at, state, note }) =>
      guarded(() => {
        database
          .prepare('UPDATE operation SET state = ?, note = ?, ended_at = ? WHERE id = ?')
          .run(state, note, at, id);
      }),
    addOperations: (entries) => guarded(() => insertOperations(database, entries)),
    operations: (limit) =>
      guarded(() =>
        database
          .prepare('SELECT * FROM (SELECT * FROM operation ORDER BY id DESC LIMIT ?) ORDER BY id')
          .all(limit)
          .map(auditEntry),
      ),
    settleInterrupted: (at) =>
      guarded(() =>
        database
          .prepare(
            `UPDATE operation SET state = 'unknown', ended_at = ?, note = 'the controller ended while it ran'
             WHERE state = 'running' RETURNING *`,
          )
          .all(at)
          .map(auditEntry),
      ),
    forgetView: (at) =>
      guarded(() => {
        database.prepare('DELETE FROM view WHERE at = ?').run(at);
      }),
    forgetViews: (before) =>
      guarded(() => {
        database.prepare('DELETE FROM view WHERE at < ?').run(before);
      }),
    close: () => database.close(),
  };
}

/** A number that was given before, or none when another row of the table has it: then SQLite gives the next one. */
const ownNumber = (table: 'event' | 'operation'): string =>
  `(SELECT ?1 WHERE NOT EXISTS (SELECT 1 FROM ${table} WHERE id = ?1))`;

function insertEvents(
  database: DatabaseSync,
  events: readonly (TimelineEvent | NumberedEvent)[],
): readonly NumberedEvent[] {
  const insert = database.prepare(
    `INSERT INTO event (id, at, kind, severity, subject, text, next, code)
     VALUES (${ownNumber('event')}, ?2, ?3, ?4, ?5, ?6, ?7, ?8)`,
  );
  return inTransaction(database, () =>
    events.map((event) => {
      const { at, kind, severity, subject, text, next, code } = event;
      const id = 'id' in event ? event.id : null;
      const { lastInsertRowid } = insert.run(id, at, kind, severity, subject, text, next ?? null, code ?? null);
      return { ...event, id: Number(lastInsertRowid) };
    }),
  );
}

function selectEvents(database: DatabaseSync, query: EventQuery): readonly NumberedEvent[] {
  const { before, from, until, kind, subject, limit } = query;
  return database
    .prepare(
      `SELECT * FROM (
         SELECT * FROM event
         WHERE id < coalesce(?, id + 1) AND at >= coalesce(?, at) AND at <= coalesce(?, at)
           AND kind = coalesce(?, kind) AND subject = coalesce(?, subject)
         ORDER BY id DESC LIMIT ?
       ) ORDER BY id`,
    )
    .all(before ?? null, from ?? null, until ?? null, kind ?? null, subject ?? null, limit)
    .map((row) => ({
      id: Number(row['id']),
      at: columnText(row['at']),
      kind: kindOf(row['kind']),
      severity: severityOf(row['severity']),
      subject: columnText(row['subject']),
      text: columnText(row['text']),
      ...(typeof row['next'] === 'string' ? { next: row['next'] } : {}),
      ...(typeof row['code'] === 'string' ? { code: row['code'] } : {}),
    }));
}

function insertOperations(database: DatabaseSync, entries: readonly AuditEntry[]): void {
  const insert = database.prepare(
    `INSERT INTO operation (id, at, operator, title, reason, state, note, ended_at)
     VALUES (${ownNumber('operation')}, ?2, ?3, ?4, ?5, ?6, ?7, ?8)`,
  );
  inTransaction(database, () => {
    for (const { id, at, operator, title, reason, state, note, endedAt } of entries) {
      insert.run(id, at, operator, title, reason, state, note, endedAt ?? null);
    }
  });
}

function auditEntry(row: Record<string, SQLOutputValue>): AuditEntry {
  return {
    id: Number(row['id']),
    at: columnText(row['at']),
    operator: columnText(row['operator']),
    title: columnText(row['title']),
    reason: columnText(row['reason']),
    state: stateOf(row['state']),
    note: columnText(row['note']),
    endedAt: typeof row['ended_at'] === 'string' ? row['ended_at'] : undefined,
  };
}

function kindOf(value: SQLOutputValue | undefined): TimelineEvent['kind'] {
  return value === 'holder' || value === 'problem' || value === 'operation' ? value : 'controller';
}

function severityOf(value: SQLOutputValue | undefined): TimelineEvent['severity'] {
  return value === 'good' || value === 'warning' || value === 'error' ? value : 'info';
}

function stateOf(value: SQLOutputValue | undefined): AuditEntry['state'] {
  return value === 'running' || value === 'done' || value === 'partial' || value === 'failed' ? value : 'unknown';
}
