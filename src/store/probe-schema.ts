import type { DatabaseSchema } from './database-schema.ts';

/** No span of the file is longer, and none reaches from one hour of the clock into the next. Milliseconds. */
export const hourMs = 3_600_000;

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
    // Until here all minutes without a failure were one row over the whole hour, also over those with one: a part of the hour
    // looked better than it was. What such a row knows is of the minutes without a row of their own: each run of them gets its part.
    `CREATE TABLE part AS
     WITH own AS (SELECT pair, begin, begin - begin % 3600000 AS hour FROM span WHERE span_ms = 60000),
     bound AS (SELECT pair, begin, hour FROM own UNION SELECT pair, hour + 3600000, hour FROM own),
     run AS (
       SELECT pair, hour, lag(begin + 60000, 1, hour) OVER (PARTITION BY pair, hour ORDER BY begin) AS first, begin AS next
       FROM bound
     ),
     free AS (SELECT *, next - first AS run_ms, sum(next - first) OVER (PARTITION BY pair, hour) AS all_ms FROM run)
     SELECT span.pair, hour, first AS first_minute, run_ms, max(1, asked * run_ms / all_ms) AS run_asked,
       min(run_ms, covered_ms * run_ms / all_ms) AS run_covered_ms, median_ms
     FROM free JOIN span ON span.begin = hour AND span.pair = free.pair AND span.span_ms = 3600000
     WHERE run_ms > 0;
     DELETE FROM span WHERE span_ms = 3600000 AND (begin, pair) IN (SELECT hour, pair FROM part);
     INSERT INTO span (pair, begin, span_ms, asked, failed, covered_ms, gap_ms, median_ms)
     SELECT pair, first_minute, run_ms, run_asked, 0, run_covered_ms, 0, median_ms FROM part;
     DROP TABLE part`,
  ],
  name: 'the history of the probe',
  lost: 'what is measured now is kept in memory for a while',
  renewed: 'the next `evenkeel serve` begins a new one',
};
