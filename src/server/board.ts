import { type EdgeView, emptyView, type TableName, type ViewRow } from '../report/edge-view.ts';
import type { NumberedEvent, TimelineEvent } from '../report/timeline-event.ts';
import { changeOfTable, type TableChange, type ViewChange, type ViewUpdate } from '../report/view-change.ts';
import { eventsBetween } from '../report/view-events.ts';

/** What happened on the board at one moment. */
export interface BoardNews {
  /** Rises by one with each. */
  readonly revision: number;
  readonly change: ViewChange;
  readonly events: readonly NumberedEvent[];
}

/** The current view of the edge, and everybody who looks at it. */
export interface Board {
  view(): EdgeView;
  revision(): number;
  /** Puts new tables on the board; what that means as events is worked out, kept and told. */
  put(update: ViewUpdate): void;
  /** Tells events that do not follow from a table. */
  tell(events: readonly TimelineEvent[]): void;
  /** What happened since a revision; undefined: it is too long ago, or never was. */
  since(revision: number): readonly BoardNews[] | undefined;
  /** Calls `listener` with all news from now on; returns what ends that. */
  subscribe(listener: (news: BoardNews) => void): () => void;
}

/** What a board needs of the outside. */
export interface BoardWorld {
  readonly now: () => Date;
  /** Gives events their numbers, and keeps them if it can. Never throws. */
  readonly keep: (events: readonly TimelineEvent[], view: EdgeView) => readonly NumberedEvent[];
}

/** News that are remembered for a browser that was away for a moment. */
const remembered = 1_000;
/** Rows in them, at most: on a large edge each look is thousands, and who missed those is served better with everything anew. */
const rememberedRows = 10_000;

/** An empty board. */
export function makeBoard({ now, keep }: BoardWorld): Board {
  let view = emptyView;
  let revision = 0;
  const news: BoardNews[] = [];
  const listeners = new Set<(news: BoardNews) => void>();
  const untold: BoardNews[] = [];
  /** Rows in `news`. */
  let rows = 0;
  let telling: 'nobody' | 'listeners' = 'nobody';

  /** A listener may put something itself: that is told after what it follows from, to all. */
  const tellAll = (): void => {
    if (telling === 'listeners') return;
    telling = 'listeners';
    try {
      for (let entry = untold.shift(); entry !== undefined; entry = untold.shift()) {
        for (const listener of listeners) listener(entry);
      }
    } finally {
      telling = 'nobody';
    }
  };

  const publish = (change: ViewChange, events: readonly TimelineEvent[]): void => {
    if (Object.keys(change).length === 0 && events.length === 0) return;
    // Keeping may itself put something on the board, which then comes first.
    const kept = events.length === 0 ? [] : keep(events, view);
    revision += 1;
    const entry = { revision, change, events: kept };
    news.push(entry);
    rows += rowsOf(entry);
    while (news.length > remembered || (rows > rememberedRows && news.length > 1)) {
      const oldest = news.shift();
      rows -= oldest === undefined ? 0 : rowsOf(oldest);
    }
    untold.push(entry);
    tellAll();
  };

  return {
    view: () => view,
    revision: () => revision,
    put(update) {
      const before = view;
      view = { ...before, ...update };
      publish(viewChange(before, view), eventsBetween(before, view, now().toISOString()));
    },
    tell: (events) => publish({}, events),
    since(asked) {
      if (asked === revision) return [];
      const first = news.findIndex((entry) => entry.revision === asked + 1);
      return first < 0 ? undefined : news.slice(first);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** How much an entry holds. */
function rowsOf({ change, events }: BoardNews): number {
  return Object.values(change).reduce((sum, table) => sum + table.set.length + table.gone.length, events.length);
}

/** The tables that differ. */
function viewChange(before: EdgeView, after: EdgeView): ViewChange {
  return {
    ...named('look', changeOfTable(before.look, after.look)),
    ...named('holdings', changeOfTable(before.holdings, after.holdings)),
    ...named('problems', changeOfTable(before.problems, after.problems)),
    ...named('vips', changeOfTable(before.vips, after.vips)),
    ...named('balancers', changeOfTable(before.balancers, after.balancers)),
    ...named('backends', changeOfTable(before.backends, after.backends)),
    ...named('nameservers', changeOfTable(before.nameservers, after.nameservers)),
    ...named('webServers', changeOfTable(before.webServers, after.webServers)),
    ...named('sites', changeOfTable(before.sites, after.sites)),
    ...named('certificates', changeOfTable(before.certificates, after.certificates)),
    ...named('traffic', changeOfTable(before.traffic, after.traffic)),
    ...named('operations', changeOfTable(before.operations, after.operations)),
    ...named('work', changeOfTable(before.work, after.work)),
    ...named('pending', changeOfTable(before.pending, after.pending)),
    ...named('applies', changeOfTable(before.applies, after.applies)),
    ...named('drills', changeOfTable(before.drills, after.drills)),
    ...named('alerts', changeOfTable(before.alerts, after.alerts)),
    ...named('receivers', changeOfTable(before.receivers, after.receivers)),
  };
}

function named(table: TableName, change: TableChange<ViewRow> | undefined): ViewChange {
  return change === undefined ? {} : { [table]: change };
}
