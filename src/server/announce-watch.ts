import type { EdgeView } from '../report/edge-view.ts';
import { isGone, type LastWatch, watchBegins } from '../report/watch-gap.ts';
import type { Board } from './board.ts';
import type { Keeper } from './keeper.ts';

/** What a watch is announced with. */
interface AnnouncedWatch {
  readonly board: Board;
  readonly keeper: Pick<Keeper, 'viewAt' | 'watchedUntil' | 'keepWatched'>;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

/** How often it is kept that somebody watches. Milliseconds. */
const keepEveryMs = 60_000;

/**
 * Says in the timeline that the dashboard watches, once everything was seen for the first time, and since when nobody did. With the event the
 * history keeps what the edge looked like: that is where reports begin, and how they know what changed while nobody watched. From then
 * on it is kept about once a minute that somebody watches; a computer that slept begins anew.
 */
export function announceWatch({ board, keeper, now, signal }: AnnouncedWatch): void {
  let watched: string | undefined;
  const keep = (at: string): void => {
    watched = at;
    keeper.keepWatched(at);
  };
  const begin = (): void => {
    const at = now().toISOString();
    // That somebody watches is kept after it: a server that ends in between must not hide when nobody did.
    board.tell(watchBegins(at, board.view().holdings, lastWatch(keeper, at)));
  };
  board.subscribe(({ events }) => {
    const at = now().toISOString();
    if (!isSeen(board.view(), at)) return;
    if (watched === undefined || isGone(watched, at)) {
      watched = at;
      // After the news that it follows from.
      queueMicrotask(begin);
    } else if (events.length > 0 || Math.abs(Date.parse(at) - Date.parse(watched)) >= keepEveryMs) {
      // Also when the clock was set back.
      keep(at);
    }
  });
  const end = (): void => {
    const at = now().toISOString();
    if (watched !== undefined && !isGone(watched, at) && isSeen(board.view(), at)) keep(at);
  };
  signal.addEventListener('abort', end, { once: true });
}

/** Whether the edge was seen lately: after a sleep the last look calls itself fresh, until somebody was asked anew. */
function isSeen({ look: [look], holdings }: Pick<EdgeView, 'look' | 'holdings'>, at: string): boolean {
  return look?.state === 'fresh' && holdings.length > 0 && look.at !== undefined && !isGone(look.at, at);
}

/** Undefined: nobody ever watched, or the clock was set back since. */
function lastWatch({ watchedUntil, viewAt }: AnnouncedWatch['keeper'], at: string): LastWatch | undefined {
  const until = watchedUntil();
  return until === undefined || until >= at ? undefined : { until, holdings: viewAt(until)?.view.holdings ?? [] };
}
