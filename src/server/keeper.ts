import type { EdgeView } from '../report/edge-view.ts';
import type { DatedView } from '../report/report-spans.ts';
import type { NumberedEvent, TimelineEvent } from '../report/timeline-event.ts';
import type { AuditEntry, OperationEnd } from '../report/audit-entry.ts';
import type { EdgeHistory, EventQuery } from '../store/edge-history.ts';
import { keepFile } from './kept-file.ts';
import { noKeptViews, thinViews } from './view-thinning.ts';

/** The history, when it can be written and when it can't: then what happens waits in memory, and why is said. */
export interface Keeper {
  keep(events: readonly TimelineEvent[], view: EdgeView): readonly NumberedEvent[];
  events(query: EventQuery): readonly NumberedEvent[];
  viewAt(time: string): DatedView | undefined;
  /** Keeps that somebody watches at this time (ISO 8601). */
  keepWatched(at: string): void;
  /** The last time at which somebody watched, this dashboard or one before it; undefined: nobody ever did. */
  watchedUntil(): string | undefined;
  beginOperation(entry: Pick<AuditEntry, 'at' | 'operator' | 'title' | 'reason'>): number;
  endOperation(id: number, end: OperationEnd): void;
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

/** Events that wait in memory while the file can't be used; of more, the oldest are lost. */
const inMemory = 5_000;
/** Numbers of what happens while no file was ever opened: far above those of any. */
const memoryIds = 2 ** 40;
const dayMs = 24 * 3_600_000;
/** How long views are kept; those that are older go once a day. Milliseconds. */
const viewsMs = 90 * dayMs;

/**
 * Keeps what happens. Serving goes on when the history is damaged, of another version or its disk is full. What happens then waits in memory, with the
 * numbers that it will have, and is written when the file can be used again, which the next event notices.
 */
export function makeKeeper({ open, onTrouble, now }: KeeperWorld): Keeper {
  let watched: string | undefined;
  let lastEvent = memoryIds;
  let lastOperation = memoryIds;
  let waiting: readonly NumberedEvent[] = [];
  /** Events that found no room in memory either. */
  let lost = 0;
  /** Operations that the file does not know. */
  const operations = new Map<number, AuditEntry>();
  /** Ends of operations that it knows as running. */
  const ends = new Map<number, OperationEnd>();

  let views = noKeptViews;
  /** When views that are too old were forgotten last. Milliseconds since 1970. */
  let forgotAt = Number.NEGATIVE_INFINITY;

  const forgetOldViews = (file: EdgeHistory, at: string): void => {
    const time = Date.parse(at);
    if (time - forgotAt < dayMs) return;
    file.forgetViews(new Date(time - viewsMs).toISOString());
    forgotAt = time;
  };
  const keepView = (file: EdgeHistory, events: readonly TimelineEvent[], view: EdgeView): void => {
    const at = events.at(-1)?.at;
    if (at === undefined) return;
    const why = events.some(({ kind }) => kind === 'holder' || kind === 'controller') ? 'change' : 'other';
    const thinned = thinViews(views, { at: Date.parse(at), why });
    file.keepView(at, view);
    if (thinned.gone !== undefined) file.forgetView(new Date(thinned.gone).toISOString());
    views = thinned.views;
    forgetOldViews(file, at);
  };
  const opened = (): EdgeHistory => {
    const found = open();
    // Before anything is added. A file of an evenkeel that did not keep it ends with the last thing that it saw.
    watched ??= found.watchedUntil() ?? found.events({ limit: 1 }).at(-1)?.at;
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
    forgetOldViews(found, at);
    if (waiting.length === 0) lastEvent = found.events({ limit: 1 }).at(-1)?.id ?? 0;
    if (operations.size === 0) lastOperation = found.operations(1).at(-1)?.id ?? 0;
    return found;
  };
  const history = keepFile(opened, onTrouble);

  /** Writes what waits. */
  const catchUp = (file: EdgeHistory): void => {
    if (waiting.length > 0) {
      // What is missing is said last, or it would have the number of the first that waits.
      file.addEvents([...waiting, ...lostEvents(lost, { before: waiting, at: now() })]);
      waiting = [];
      lost = 0;
    }
    const ended = [...operations.values()].filter(({ state }) => state !== 'running');
    if (ended.length > 0) file.addOperations(ended);
    for (const { id } of ended) operations.delete(id);
    for (const [id, end] of ends) file.endOperation(id, end);
    ends.clear();
  };
  const write = <T>(work: (file: EdgeHistory) => T): T | undefined =>
    history.use((file) => {
      catchUp(file);
      return work(file);
    });

  return {
    keep(fresh, view) {
      const kept = write((file) => {
        // First: events that are in the file would be written again, when there was no room for the view.
        keepView(file, fresh, view);
        return file.addEvents(fresh);
      });
      lastEvent = kept?.at(-1)?.id ?? lastEvent;
      if (kept !== undefined) return kept;
      const numbered = fresh.map((event) => ({ ...event, id: (lastEvent += 1) }));
      const all = [...waiting, ...numbered];
      waiting = all.slice(-inMemory);
      lost += all.length - waiting.length;
      return numbered;
    },
    events: (query) =>
      [...(history.read((file) => file.events(query)) ?? []), ...ofMemory(waiting, query)].slice(-query.limit),
    viewAt: (time) => history.read((file) => file.viewAt(time)),
    keepWatched(at) {
      // What is kept while the file can't be written waits in memory: somebody watches all the same.
      write((file) => file.keepWatched(at));
      watched = at;
    },
    watchedUntil: () => history.read(() => watched) ?? watched,
    beginOperation(entry) {
      const id = write((file) => file.beginOperation(entry));
      lastOperation = id ?? lastOperation + 1;
      if (id === undefined) {
        const running = { state: 'running', note: '', endedAt: undefined } as const;
        operations.set(lastOperation, { ...entry, id: lastOperation, ...running });
      }
      return lastOperation;
    },
    endOperation(id, end) {
      const entry = operations.get(id);
      if (entry === undefined) ends.set(id, end);
      else operations.set(id, withEnd(entry, end));
      write(() => undefined);
    },
    operations: (limit) =>
      [
        ...(history.read((file) => file.operations(limit)) ?? []).map((entry) => {
          const end = ends.get(entry.id);
          return end === undefined ? entry : withEnd(entry, end);
        }),
        ...operations.values(),
      ].slice(-limit),
  };
}

function withEnd(entry: AuditEntry, { state, note, at }: OperationEnd): AuditEntry {
  return { ...entry, state, note, endedAt: at };
}

/** Says in the timeline that some of it is missing. */
function lostEvents(
  count: number,
  { before: [first], at }: { readonly before: readonly NumberedEvent[]; readonly at: string },
): readonly TimelineEvent[] {
  if (count === 0 || first === undefined) return [];
  const text = `${count} events before ${first.at} are lost, because the history could not be written`;
  return [{ at, kind: 'controller', severity: 'warning', subject: 'dashboard', text }];
}

function ofMemory(events: readonly NumberedEvent[], query: EventQuery): readonly NumberedEvent[] {
  const { before = Number.POSITIVE_INFINITY, from = '', until = '~', kind, subject } = query;
  return events.filter(
    (event) =>
      event.id < before &&
      event.at >= from &&
      event.at <= until &&
      event.kind === (kind ?? event.kind) &&
      event.subject === (subject ?? event.subject),
  );
}
