import type { EdgeView, ViewRow } from '../report/edge-view.ts';
import type { NumberedEvent } from '../report/timeline-event.ts';
import type { TableChange, ViewChange } from '../report/view-change.ts';

/** What changed at one revision. */
export interface LoggedChange {
  readonly revision: number;
  readonly change: ViewChange;
  readonly events: readonly NumberedEvent[];
}

/**
 * When each row was changed last. That is enough to say what anybody missed, as it is now, and nothing of what was in between has to be
 * held: of a large edge that would be megabytes with each look.
 */
export interface ChangeLog {
  add(entry: LoggedChange): void;
  /** What of this view is newer than a revision; undefined: what was gone or happened since is not known any more. */
  since(revision: number, view: EdgeView): Omit<LoggedChange, 'revision'> | undefined;
}

/** Events that are remembered, and rows that are gone of each table. */
const remembered = 1_000;

interface TableLog {
  /** Of the last change. */
  revision: number;
  /** Key of a row -> revision. */
  readonly set: Map<string, number>;
  /** The same of rows that are gone, the oldest first. */
  readonly gone: Map<string, number>;
}

/** A log in which nothing has happened. */
export function makeChangeLog(): ChangeLog {
  const tables = new Map<string, TableLog>();
  const events: { readonly revision: number; readonly event: NumberedEvent }[] = [];
  /** Up to here it is not known what was gone or happened. */
  let forgotten = 0;

  const note = (log: TableLog, { set, gone }: TableChange<ViewRow>, revision: number): void => {
    log.revision = revision;
    for (const { key } of set) {
      log.set.set(key, revision);
      log.gone.delete(key);
    }
    for (const key of gone) {
      log.set.delete(key);
      log.gone.set(key, revision);
    }
    for (const [key, at] of log.gone) {
      if (log.gone.size <= remembered) break;
      log.gone.delete(key);
      forgotten = Math.max(forgotten, at);
    }
  };

  return {
    add({ revision, change, events: fresh }) {
      for (const [table, changed] of Object.entries(change)) {
        const log = tables.get(table) ?? { revision, set: new Map(), gone: new Map() };
        tables.set(table, log);
        note(log, changed, revision);
      }
      events.push(...fresh.map((event) => ({ revision, event })));
      const old = events.splice(0, Math.max(0, events.length - remembered)).at(-1);
      forgotten = Math.max(forgotten, old?.revision ?? 0);
    },
    since(asked, view) {
      if (asked < forgotten) return undefined;
      const change: Record<string, TableChange<ViewRow>> = {};
      for (const [table, rows] of Object.entries(view)) {
        const log = tables.get(table);
        if (log === undefined || log.revision <= asked) continue;
        change[table] = {
          set: rows.filter(({ key }) => (log.set.get(key) ?? 0) > asked),
          gone: [...log.gone].flatMap(([key, revision]) => (revision > asked ? [key] : [])),
        };
      }
      return { change, events: events.flatMap(({ revision, event }) => (revision > asked ? [event] : [])) };
    },
  };
}
