import type { DatabaseSync } from 'node:sqlite';
import { minuteMs, type ProbeSpan } from '../report/probe-minute.ts';
import type { TimeRange } from '../report/report-range.ts';
import type { DatabaseSchema } from './database-schema.ts';
import { openDatabase } from './open-database.ts';
import { inTransaction } from './in-transaction.ts';

/** What the outside probe saw, kept in a file of its own. Everything throws a Fault that says what to do. */
export interface ProbeHistory {
  /** Keeps minutes, all or none. What is there of the same minute already, from before a restart, is added to. */
  add(spans: readonly ProbeSpan[]): void;
  /** Spans that touch the range, in their order. */
  spans(range: TimeRange): readonly ProbeSpan[];
  /** When the first span begins; undefined: there is none. Milliseconds since 1970. */
  begin(): number | undefined;
  /**
   * Puts minutes without a failure, from before this moment (milliseconds since 1970), together to hours: 200 pairs would else be
   * eight million rows a month. Minutes with failures stay as they are.
   */
  fold(before: number): void;
  close(): void;
}

const hourMs = 3_600_000;

/** `probes.db` of an edge. */
export const probeSchema: DatabaseSchema = {
  // The letters EKPR.
  applicationId: 0x45_4b_50_52,
  migrations: [
    `CREATE TABLE pair (
       id INTEGER PRIMARY KEY,
       vip TEXT NOT NULL,
       site TEXT NOT NULL,
       UNIQUE (vip, site)
     ) STRICT;
     CREATE TABLE span (
       pair INTEGER NOT NULL REFERENCES pair (id),
       begin INTEGER NOT NULL, -- milliseconds since 1970, as all times here
       span_ms INTEGER NOT NULL,
       asked INTEGER NOT NULL,
       failed INTEGER NOT NULL,
       covered_ms INTEGER NOT NULL,
       gap_ms REAL NOT NULL,
       median_ms REAL,
       PRIMARY KEY (begin, pair, span_ms)
     ) STRICT, WITHOUT ROWID`,
    // Until here all was asked by IPv4. A constraint can't be changed, so both tables are made anew.
    `CREATE TABLE new_pair (
       id INTEGER PRIMARY KEY,
       vip TEXT NOT NULL,
       site TEXT NOT NULL,
       family INTEGER NOT NULL CHECK (family IN (4, 6)),
       UNIQUE (vip, site, family)
     ) STRICT;
     INSERT INTO new_pair SELECT id, vip, site, 4 FROM pair;
     CREATE TABLE new_span (
       pair INTEGER NOT NULL REFERENCES new_pair (id),
       begin INTEGER NOT NULL,
       span_ms INTEGER NOT NULL,
       asked INTEGER NOT NULL,
       failed INTEGER NOT NULL,
       covered_ms INTEGER NOT NULL,
       gap_ms REAL NOT NULL,
       median_ms REAL,
       PRIMARY KEY (begin, pair, span_ms)
     ) STRICT, WITHOUT ROWID;
     INSERT INTO new_span SELECT pair, begin, span_ms, asked, failed, covered_ms, gap_ms, median_ms FROM span;
     DROP TABLE span;
     DROP TABLE pair;
     ALTER TABLE new_pair RENAME TO pair;
     ALTER TABLE new_span RENAME TO span`,
  ],
  name: 'the history of the probe',
  lost: 'what is measured now is kept in memory for a while',
  renewed: 'the next `evenkeel serve` begins a new one',
};

/** Opens what the probe of an edge saw, at this path (`openDatabase`). */
export function openProbeHistory(path: string): ProbeHistory {
  const { database, guarded } = openDatabase(path, probeSchema);
  return {
    add: (spans) => guarded(() => inTransaction(database, () => insertSpans(database, spans))),
    spans: ({ from, to }) =>
      guarded(() =>
        database
          .prepare(
            // A span begins at most an hour before what it reaches into: that keeps the search in the index.
            `SELECT * FROM span JOIN pair ON pair.id = span.pair
             WHERE begin < ? AND begin > ? - ${hourMs} AND begin + span_ms > ? ORDER BY begin, pair, span_ms`,
          )
          .all(to, from, from)
          .map((row) => ({
            vip: String(row['vip']),
            family: row['family'] === 6 ? 6 : 4,
            site: String(row['site']),
            from: Number(row['begin']),
            spanMs: Number(row['span_ms']),
            asked: Number(row['asked']),
            failed: Number(row['failed']),
            coveredMs: Number(row['covered_ms']),
            longestGapMs: Number(row['gap_ms']),
            medianMs: typeof row['median_ms'] === 'number' ? row['median_ms'] : undefined,
          })),
      ),
    begin: () =>
      guarded(() => {
        // The primary key begins with it, so no row is read but the first.
        const begin = database.prepare('SELECT min(begin) AS begin FROM span').get()?.['begin'];
        return typeof begin === 'number' ? begin : undefined;
      }),
    fold: (before) => guarded(() => inTransaction(database, () => foldMinutes(database, before))),
    close: () => database.close(),
  };
}

function insertSpans(database: DatabaseSync, spans: readonly ProbeSpan[]): void {
  const name = database.prepare('INSERT OR IGNORE INTO pair (vip, family, site) VALUES (?, ?, ?)');
  const insert = database.prepare(
    `INSERT INTO span (pair, begin, span_ms, asked, failed, covered_ms, gap_ms, median_ms)
     SELECT id, ?, ?, ?, ?, ?, ?, ? FROM pair WHERE vip = ? AND family = ? AND site = ?
     ON CONFLICT DO UPDATE SET
       asked = asked + excluded.asked,
       failed = failed + excluded.failed,
       covered_ms = min(span_ms, covered_ms + excluded.covered_ms),
       gap_ms = max(gap_ms, excluded.gap_ms),
       median_ms = coalesce(excluded.median_ms, median_ms)`,
  );
  for (const { vip, family, site, from, spanMs, asked, failed, coveredMs, longestGapMs, medianMs } of spans) {
    name.run(vip, family, site);
    insert.run(from, spanMs, asked, failed, Math.round(coveredMs), longestGapMs, medianMs ?? null, vip, family, site);
  }
}

/** Whole hours only: half of one would be folded twice. */
function foldMinutes(database: DatabaseSync, before: number): void {
  const until = before - (before % hourMs);
  database
    .prepare(
      `INSERT INTO span (pair, begin, span_ms, asked, failed, covered_ms, gap_ms, median_ms)
       SELECT pair, begin - begin % ${hourMs}, ${hourMs}, sum(asked), 0, sum(covered_ms), 0, avg(median_ms)
       FROM span WHERE span_ms = ${minuteMs} AND failed = 0 AND begin < ? GROUP BY pair, begin - begin % ${hourMs}
       ON CONFLICT DO UPDATE SET
         asked = asked + excluded.asked,
         covered_ms = min(span_ms, covered_ms + excluded.covered_ms),
         median_ms = coalesce(median_ms, excluded.median_ms)`,
    )
    .run(until);
  database.prepare(`DELETE FROM span WHERE span_ms = ${minuteMs} AND failed = 0 AND begin < ?`).run(until);
}
