import { takeAndTime } from './draw-time.ts';
import { begin, heardAt, line, type Snapshot } from './edge-state.ts';
import { loadSpan } from './time-span.ts';

/** The server says something at least every ten seconds. Milliseconds. */
const silentMs = 25_000;
/** Between two looks at whether it is still heard. Milliseconds. */
const watchMs = 2_000;

/** The id of the last message: who comes back says it, and gets what was missed. */
let last = '';

/** Follows the server for as long as the page is open. The browser comes back by itself and says what it has seen last. */
export function followServer(): void {
  let source = open();
  const watch = (): void => {
    // A line that hangs is no error to the browser; one that was refused (a new server, a session that ended) is not tried again.
    if (source.readyState !== EventSource.CLOSED && Date.now() - heardAt.value <= silentMs) return;
    line.value = 'lost';
    source.close();
    source = open();
    heardAt.value = Date.now();
  };
  setInterval(watch, watchMs);
  addEventListener('online', watch);
  document.addEventListener('visibilitychange', watch);
}

function open(): EventSource {
  const source = new EventSource(`/api/stream?last=${encodeURIComponent(last)}`);
  const heard = ({ lastEventId }: MessageEvent<string>): void => {
    line.value = 'open';
    heardAt.value = Date.now();
    if (lastEventId !== '') last = lastEventId;
  };
  source.addEventListener('all', (message: MessageEvent<string>) => {
    heard(message);
    const given: Snapshot = JSON.parse(message.data);
    begin(given);
    void loadSpan();
  });
  source.addEventListener('news', (message: MessageEvent<string>) => {
    heard(message);
    takeAndTime(JSON.parse(message.data));
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
