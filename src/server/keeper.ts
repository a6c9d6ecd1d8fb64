import type { EdgeView } from '../report/edge-view.ts';
import type { DatedView } from '../report/report-spans.ts';
import type { NumberedEvent, TimelineEvent } from '../report/timeline-event.ts';
import type { AuditEntry } from '../report/audit-entry.ts';
import type { EdgeHistory, EventQuery } from '../store/edge-history.ts';
import { keepFile } from './kept-file.ts';

/** The history, when it can be written and when it can't: then the newest events are kept in memory, and why is said. */
export interface Keeper {
  keep(events: readonly TimelineEvent[], view: EdgeView): readonly NumberedEvent[];
  events(query: EventQuery): readonly NumberedEvent[];
  viewAt(time: string): DatedView | undefined;
  beginOperation(entry: Pick<AuditEntry, 'at' | 'operator' | 'title' | 'reason'>): number;
  endOperation(id: number, end: Pick<AuditEntry, 'state' | 'note'> & { readonly at: string }): void;
  operations(limit: number): readonly AuditEntry[];
}

interface KeeperWorld {
  /** Opens the history. Throws a Fault. */
  readonly open: () => EdgeHistory;
  /** Called when keeping stops to work, or works again (undefined). */
  readonly onTrouble: (trouble: string | undefined) => void;
  /** ISO 8601. */
  readonly now: () => string;
}

/** Events that are kept in memory while the file can't be used. */
const inMemory = 5_000;
/** Numbers of what is only in memory: far above those of the file. */
const memoryIds = 2 ** 40;
/** How long views are kept. Milliseconds. */
const viewsMs = 90 * 24 * 3_600_000;

/**
 * Keeps what happens. Serving goes on when the history is damaged, of another version or its disk is full; a full disk that has room
 * again is noticed with the next event.
 */
export function makeKeeper({ open, onTrouble, now }: KeeperWorld): Keeper {
  let nextId = memoryIds;
  const events: NumberedEvent[] = [];
  const operations = new Map<number, AuditEntry>();

  const opened = (): EdgeHistory => {
    const found = open();
    const at = now();
    const cut = found.settleInterrupted(at);
    found.addEvents(
      cut.map(({ title, operator }) => ({
        at,
        kind: 'operation',
        severity: 'warning',
        subject: title,
        text: `it is not known how this ended, because the dashboard ended while it ran: ${title}, by ${operator}`,
        next: 'evenkeel status',
      })),
    );
    found.forgetViews(new Date(Date.parse(at) - viewsMs).toISOString());
    return found;
  };
  const history = keepFile(opened, onTrouble);

  return {
    keep(fresh, view) {
      const kept = history.use((file) => {
        const numbered = file.addEvents(fresh);
        const at = fresh.at(-1)?.at;
        if (at !== undefined) file.keepView(at, view);
        return numbered;
      });
      if (kept !== undefined) return kept;
      const numbered = fresh.map((event) => ({ ...event, id: (nextId += 1) }));
      events.push(...numbered);
      events.splice(0, Math.max(0, events.length - inMemory));
      return numbered;
    },
    events: (query) =>
      [...(history.use((file) => file.events(query)) ?? []), ...ofMemory(events, query)].slice(-query.limit),
    viewAt: (time) => history.use((file) => file.viewAt(time)),
    beginOperation(entry) {
      const id = history.use((file) => file.beginOperation(entry)) ?? (nextId += 1);
      if (id > memoryIds) operations.set(id, { ...entry, id, state: 'running', note: '', endedAt: undefined });
      return id;
    },
    endOperation(id, { at, state, note }) {
      const entry = operations.get(id);
      if (entry !== undefined) operations.set(id, { ...entry, state, note, endedAt: at });
      else history.use((file) => file.endOperation(id, { at, state, note }));
    },
    operations: (limit) =>
      [...(history.use((file) => file.operations(limit)) ?? []), ...operations.values()].slice(-limit),
  };
}

function ofMemory(events: readonly NumberedEvent[], query: EventQuery): readonly NumberedEvent[] {
  const { before = Number.POSITIVE_INFINITY, from = '', until = '~', kind } = query;
  return events.filter(
    (event) =>
      event.id < before && event.at >= from && event.at <= until && (kind === undefined || event.kind === kind),
  );
}
