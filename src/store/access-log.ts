import type { DatabaseSync } from 'node:sqlite';
import { type AccessEvent, accessKinds, type NumberedAccessEvent } from '../report/access-event.ts';
import { columnText } from './column-text.ts';

/** So many events are kept; failures of a year of guessing fit in. */
const kept = 100_000;

/** Writes one down, and forgets the oldest beyond what is kept. */
export function insertAccessEvent(database: DatabaseSync, { at, kind, who, address, note }: AccessEvent): void {
  const { lastInsertRowid } = database
    .prepare('INSERT INTO access_event (at, kind, who, address, note) VALUES (?, ?, ?, ?, ?)')
    .run(at, kind, who, address, note);
  database.prepare('DELETE FROM access_event WHERE id <= ?').run(Number(lastInsertRowid) - kept);
}

/** The newest, oldest of them first. */
export function selectAccessEvents(database: DatabaseSync, limit: number): readonly NumberedAccessEvent[] {
  return database
    .prepare('SELECT * FROM (SELECT * FROM access_event ORDER BY id DESC LIMIT ?) ORDER BY id')
    .all(limit)
    .flatMap((row) => {
      const kind = accessKinds.find((known) => known === row['kind']);
      if (kind === undefined) return [];
      const { id, at, who, address, note } = row;
      return [
        {
          id: Number(id),
          at: columnText(at),
          kind,
          who: columnText(who),
          address: columnText(address),
          note: columnText(note),
        },
      ];
    });
}

/** Whether this account was signed in to from this address before, as far as is remembered. */
export function cameFrom(database: DatabaseSync, who: string, address: string): boolean {
  const found = database
    .prepare(`SELECT 1 FROM access_event WHERE kind = 'signed-in' AND who = ? AND address = ? LIMIT 1`)
    .get(who, address);
  return found !== undefined;
}
