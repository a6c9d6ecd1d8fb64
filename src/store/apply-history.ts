import { columnText } from './column-text.ts';
import { historySchema } from './history-schema.ts';
import { inTransaction } from './in-transaction.ts';
import { openDatabase } from './open-database.ts';

/**
 * How an apply left one host.
 *
 * | result        | the host                                                       |
 * |---------------|----------------------------------------------------------------|
 * | `done`        | is as the edge file says, and was seen to work                 |
 * | `not-done`    | is as it was before: refused, not begun, or failed and undone  |
 * | `undo-failed` | could not be put back                                          |
 */
export type ApplyResult = 'done' | 'not-done' | 'undo-failed';

/** What an apply did. */
export interface ApplyRecord {
  /** Which machines: `real`, `lab`, or `lab-` and its suffix. */
  readonly place: string;
  /** When it ended; ISO 8601, UTC. */
  readonly at: string;
  /** Of what was to be; undefined: it ended before that was known. */
  readonly generation: string | undefined;
  /** Why it did not do everything, in a line; empty when it did. */
  readonly note: string;
  readonly hosts: readonly { readonly host: string; readonly result: ApplyResult }[];
}

/** What the last apply did to one host. */
export interface HostApply {
  readonly host: string;
  readonly at: string;
  readonly result: ApplyResult;
  /** Empty when it was done. */
  readonly note: string;
  /** The last one that was done here; undefined: none is known. */
  readonly done: { readonly at: string; readonly generation: string } | undefined;
}

/** What the last apply did to each host of an edge, kept in a file: one row for each host. Everything throws a Fault that says what to do. */
export interface ApplyHistory {
  /** Keeps it for all of its hosts or for none. */
  add(record: ApplyRecord): void;
  /** The hosts of a place, by name. */
  hosts(place: string): readonly HostApply[];
  close(): void;
}

/** Opens the history of applies at this path, which is also that of the drills (`openDatabase`). */
export function openApplyHistory(path: string): ApplyHistory {
  const { database, guarded } = openDatabase(path, historySchema);
  return {
    add: ({ place, at, generation, note, hosts }) =>
      guarded(() => {
        const put = database.prepare(
          `INSERT INTO host_apply (place, host, at, result, note, generation, done_at) VALUES (?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT DO UPDATE SET
             at = excluded.at,
             result = excluded.result,
             note = excluded.note,
             generation = coalesce(excluded.generation, generation),
             done_at = coalesce(excluded.done_at, done_at)`,
        );
        inTransaction(database, () => {
          for (const { host, result } of hosts) {
            const brought = result === 'done' ? ['', generation ?? '', at] : [note, null, null];
            put.run(place, host, at, result, ...brought);
          }
        });
      }),
    hosts: (place) =>
      guarded(() =>
        database
          .prepare('SELECT * FROM host_apply WHERE place = ? ORDER BY host')
          .all(place)
          .map((row) => ({
            host: columnText(row['host']),
            at: columnText(row['at']),
            result: resultOf(row['result']),
            note: columnText(row['note']),
            done:
              typeof row['done_at'] === 'string'
                ? { at: row['done_at'], generation: columnText(row['generation']) }
                : undefined,
          })),
      ),
    close: () => database.close(),
  };
}

/** The schema lets in no other words. */
function resultOf(value: unknown): ApplyResult {
  return value === 'done' || value === 'undo-failed' ? value : 'not-done';
}
