import { begin, heardAt, line, type Snapshot, take } from './edge-state.ts';

/** The server says something at least every ten seconds. Milliseconds. */
const silentMs = 25_000;

/** Follows the server for as long as the page is open. The browser comes back by itself and says what it has seen last. */
export function followServer(): void {
  let source = open();
  const watch = (): void => {
    // A line that hangs is no error to the browser; one that was refused (a new server, a session that ended) is not tried again.
    if (source.readyState === EventSource.CLOSED || Date.now() - heardAt.value > silentMs) {
      line.value = 'lost';
      source.close();
      source = open();
      heardAt.value = Date.now();
    }
  };
  setInterval(watch, 5_000);
  addEventListener('online', watch);
  document.addEventListener('visibilitychange', watch);
}

function open(): EventSource {
  const source = new EventSource('/api/stream');
  const heard = (): void => {
    line.value = 'open';
    heardAt.value = Date.now();
  };
  source.addEventListener('all', ({ data }: MessageEvent<string>) => {
    heard();
    const given: Snapshot = JSON.parse(data);
    begin(given);
  });
  source.addEventListener('news', ({ data }: MessageEvent<string>) => {
    heard();
    take(JSON.parse(data));
  });
  source.addEventListener('alive', heard);
  source.addEventListener('error', () => {
    line.value = 'lost';
    void whyLost();
  });
  return source;
}

/** A session that ended looks like a server that is gone: the page itself tells. */
async function whyLost(): Promise<void> {
  const answer = await fetch('/api/view', { method: 'HEAD' }).catch(() => undefined);
  if (answer?.status === 401) location.reload();
}
