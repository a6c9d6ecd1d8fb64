import type { DatabaseSync } from 'node:sqlite';
import { minuteMs } from '../report/probe-minute.ts';
import { hourMs } from './probe-schema.ts';

/**
 * Minutes that may be put together, each with the run it is in: those of one pair and one hour that follow each other. A minute with a
 * failure, with the end of a gap, or of which more or less is known ends a run, so that every part of one is as the whole of it.
 */
const goodMinutes = `
  SELECT *, count(*) OVER (PARTITION BY pair, hour, covered_ms, run) AS minutes
  FROM (
    SELECT *, begin - begin % ${hourMs} AS hour,
      begin / ${minuteMs} - row_number() OVER (PARTITION BY pair, begin - begin % ${hourMs}, covered_ms ORDER BY begin) AS run
    FROM span WHERE span_ms = ${minuteMs} AND failed = 0 AND gap_ms = 0 AND begin < ?
  )`;

/**
 * Makes one row of each run of minutes of the hours that ended by this moment (milliseconds since 1970). Known time, outage and gaps are the
 * same for every range; the median becomes the mean of the minutes' medians. Whole hours only: half of one would be folded twice.
 */
export function foldMinutes(database: DatabaseSync, before: number): void {
  const until = before - (before % hourMs);
  database
    .prepare(
      `INSERT INTO span (pair, begin, span_ms, asked, failed, covered_ms, gap_ms, median_ms)
       SELECT pair, min(begin), minutes * ${minuteMs}, sum(asked), 0, sum(covered_ms), 0, avg(median_ms)
       FROM (${goodMinutes}) WHERE minutes > 1 GROUP BY pair, hour, covered_ms, run
       -- The same minutes a second time: the clock was set back.
       ON CONFLICT DO UPDATE SET
         asked = asked + excluded.asked,
         covered_ms = min(span_ms, covered_ms + excluded.covered_ms),
         median_ms = coalesce(median_ms, excluded.median_ms)`,
    )
    .run(until);
  database
    .prepare(
      `DELETE FROM span
       WHERE span_ms = ${minuteMs} AND (begin, pair) IN (SELECT begin, pair FROM (${goodMinutes}) WHERE minutes > 1)`,
    )
    .run(until);
}
