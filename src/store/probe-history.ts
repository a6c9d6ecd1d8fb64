import type { DatabaseSync } from 'node:sqlite';
import type { ProbeSpan } from '../report/probe-minute.ts';
import type { TimeRange } from '../report/report-range.ts';
import { foldMinutes } from './fold-minutes.ts';
import { hourMs, probeSchema } from './probe-schema.ts';
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
   * Puts minutes without a failure, from before this moment (milliseconds since 1970), together (`foldMinutes`): 200 pairs would else be
   * eight million rows a month. Any range has the same figures afterwards, but for the median.
   */
  fold(before: number): void;
  close(): void;
}

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
