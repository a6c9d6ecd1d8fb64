import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { Board } from './board.ts';

/** One browser's stream. */
export interface StreamRequest {
  /** The id of the last message the browser has; empty: none. */
  readonly last: string;
  /** Everything a page needs to begin. */
  readonly snapshot: () => object;
  /** Whether who began it may still look: a session may end while its stream is open. */
  readonly admitted: () => boolean;
}

/** What streams tell of. */
export interface StreamedBoard {
  readonly board: Board;
  /** Told to browsers: another one means that the server was started anew. */
  readonly boot: string;
  readonly signal: AbortSignal;
}

/** A message that says nothing, so that both ends notice a connection that is gone. Milliseconds. */
const aliveMs = 10_000;
const encoder = new TextEncoder();

/**
 * Sends pages what happens, as server-sent events (HTML, 9.2). An id is `BOOT-REVISION`: a browser that comes back says its last one and
 * gets what it missed, or everything when that is not known or the server is another one. Messages: `all`, `news`, `alive`.
 *
 * Nothing waits here for a browser that reads slowly: when it has read, it gets what it missed, as if it had been away.
 */
export function boardStreams({ board, boot, signal }: StreamedBoard) {
  const newsSince = newsMaker(board);

  return (context: Context, { last, snapshot, admitted }: StreamRequest): Response => {
    // Proxies must not collect what is to be seen at once (NGINX, X-Accel-Buffering).
    context.header('X-Accel-Buffering', 'no');
    return streamSSE(context, async (stream) => {
      let wake = Promise.withResolvers<undefined>();
      const end = (): void => wake.resolve(undefined);
      const unsubscribe = board.subscribe(end);
      stream.onAbort(end);
      signal.addEventListener('abort', end, { once: true });
      const untilWoken = async (): Promise<void> => {
        const alive = setTimeout(() => {
          void stream.writeSSE({ event: 'alive', data: '' });
          end();
        }, aliveMs);
        await wake.promise;
        clearTimeout(alive);
      };
      const send = async (event: 'all' | 'news', revision: number, json: Uint8Array): Promise<void> => {
        await stream.write(`event: ${event}\nid: ${boot}-${revision}\ndata: `);
        await stream.write(json);
        await stream.write('\n\n');
      };
      try {
        let sent = revisionOf(last, boot);
        while (!stream.aborted && !signal.aborted && admitted()) {
          // What comes from here on wakes, also while something is sent.
          wake = Promise.withResolvers();
          const revision = board.revision();
          if (sent === revision) {
            await untilWoken();
            continue;
          }
          const news = sent === undefined ? undefined : newsSince(sent);
          sent = revision;
          if (news === undefined) await send('all', revision, jsonBytes(snapshot()));
          else await send('news', revision, news);
        }
      } finally {
        unsubscribe();
        signal.removeEventListener('abort', end);
      }
    });
  };
}

/** The revision that a browser with this last id has; undefined: none of this server. */
function revisionOf(last: string, boot: string): number | undefined {
  const revision = last.startsWith(`${boot}-`) ? Number(last.slice(boot.length + 1)) : Number.NaN;
  return Number.isInteger(revision) ? revision : undefined;
}

/**
 * Makes what is sent of all news since a revision; undefined: it is not known. It is made once for all browsers that were told
 * everything before: of a large edge it is half a megabyte with each look.
 */
function newsMaker(board: Board): (sent: number) => Uint8Array | undefined {
  let last: { readonly sent: number; readonly revision: number; readonly json: Uint8Array } | undefined;
  return (sent) => {
    const revision = board.revision();
    if (last?.sent === sent && last.revision === revision) return last.json;
    const news = board.since(sent);
    if (news === undefined) return undefined;
    const json = jsonBytes([news]);
    last = { sent, revision, json };
    return json;
  };
}

function jsonBytes(value: object): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}
