import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { Board, BoardNews } from './board.ts';

interface BoardStream {
  readonly board: Board;
  /** The id of the last message the browser has; empty: none. */
  readonly last: string;
  readonly boot: string;
  /** Everything a page needs to begin. */
  readonly snapshot: () => object;
  /** Whether who began it may still look: a session may end while its stream is open. */
  readonly admitted: () => boolean;
  readonly signal: AbortSignal;
}

/** A message that says nothing, so that both ends notice a connection that is gone. Milliseconds. */
const aliveMs = 10_000;
/** News that wait for a browser that does not read; then it is cut off, and begins anew. */
const longestQueue = 2_000;

/**
 * Sends a page what happens, as server-sent events (HTML, 9.2). An id is `BOOT-REVISION`: a browser that comes back says its last one and
 * gets what it missed, or everything when that is too much or the server is another one. Messages: `all`, `news`, `alive`.
 */
export function streamBoard(
  context: Context,
  { board, last, boot, snapshot, admitted, signal }: BoardStream,
): Response {
  // Proxies must not collect what is to be seen at once (NGINX, X-Accel-Buffering).
  context.header('X-Accel-Buffering', 'no');
  return streamSSE(context, async (stream) => {
    const queue: BoardNews[] = [];
    let wake = Promise.withResolvers<undefined>();
    const unsubscribe = board.subscribe((news) => {
      queue.push(news);
      wake.resolve(undefined);
    });
    const end = (): void => wake.resolve(undefined);
    stream.onAbort(end);
    signal.addEventListener('abort', end, { once: true });
    try {
      const id = (): string => `${boot}-${board.revision()}`;
      const missed = missedBy(board, { last, boot });
      if (missed === undefined) await stream.writeSSE({ event: 'all', id: id(), data: JSON.stringify(snapshot()) });
      else queue.unshift(...missed);
      while (!stream.aborted && !signal.aborted && admitted()) {
        const news = queue.shift();
        if (news !== undefined) {
          // All that waits is one message: a page draws once.
          const rest = queue.splice(0);
          if (rest.length > longestQueue) return;
          const all = [news, ...rest];
          await stream.writeSSE({ event: 'news', id: `${boot}-${all.at(-1)?.revision}`, data: JSON.stringify(all) });
          continue;
        }
        wake = Promise.withResolvers();
        const alive = setTimeout(() => {
          void stream.writeSSE({ event: 'alive', data: '' });
          end();
        }, aliveMs);
        await wake.promise;
        clearTimeout(alive);
      }
    } finally {
      unsubscribe();
      signal.removeEventListener('abort', end);
    }
  });
}

/** What a browser with this last id missed; undefined: it needs everything. */
function missedBy(
  board: Board,
  { last, boot }: { readonly last: string; readonly boot: string },
): readonly BoardNews[] | undefined {
  const revision = last.startsWith(`${boot}-`) ? Number(last.slice(boot.length + 1)) : Number.NaN;
  return Number.isInteger(revision) ? board.since(revision) : undefined;
}
