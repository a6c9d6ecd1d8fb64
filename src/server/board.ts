import { type EdgeView, emptyView } from '../report/edge-view.ts';
import type { NumberedEvent, TimelineEvent } from '../report/timeline-event.ts';
import { makeChangeLog } from './change-log.ts';
import { updatedView, viewChange, type ViewChange, type ViewUpdate } from '../report/view-change.ts';
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
  /** All that happened since a revision, as one; undefined: it is too long ago, or never was. */
  since(revision: number): BoardNews | undefined;
  /** Calls `listener` with all news from now on; returns what ends that. */
  subscribe(listener: (news: BoardNews) => void): () => void;
}

/** What a board needs of the outside. */
export interface BoardWorld {
  readonly now: () => Date;
  /** Gives events their numbers, and keeps them if it can. Never throws. */
  readonly keep: (events: readonly TimelineEvent[], view: EdgeView) => readonly NumberedEvent[];
}

/** An empty board. */
export function makeBoard({ now, keep }: BoardWorld): Board {
  let view = emptyView;
  let revision = 0;
  const log = makeChangeLog();
  const listeners = new Set<(news: BoardNews) => void>();
  const untold: BoardNews[] = [];
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
    log.add(entry);
    untold.push(entry);
    tellAll();
  };

  return {
    view: () => view,
    revision: () => revision,
    put(update) {
      const before = view;
      view = updatedView(before, update);
      publish(viewChange(before, view), eventsBetween(before, view, now().toISOString()));
    },
    tell: (events) => publish({}, events),
    since(asked) {
      const missed = asked > revision ? undefined : log.since(asked, view);
      return missed === undefined ? undefined : { revision, ...missed };
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
