import { signal } from '@preact/signals';
import { type News, take } from './edge-state.ts';

/** A frame that came late because of what had to be drawn. */
export interface SlowDraw {
  /** From the news to the frame that shows them. */
  readonly ms: number;
  /** That changed at once. */
  readonly rows: number;
  /** Milliseconds since the page began. */
  readonly at: number;
}

/** The slowest of the last minute; undefined: frames were not left out. */
export const slowDraw = signal<SlowDraw | undefined>(undefined);

/** At 60 frames a second this is three of them: a person sees that. Milliseconds. */
const slowMs = 50;
/** So long a slow one is said. Milliseconds. */
const saidMs = 60_000;

/** Takes news of the server, and sees how long this browser needs to draw them. One that nobody sees draws nothing, and is not measured. */
export function takeAndTime(all: readonly News[]): void {
  const began = performance.now();
  take(all);
  if (document.hidden) return;
  requestAnimationFrame(() => {
    // A message comes after the frame was drawn.
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', () => {
      port1.close();
      drawn({ ms: performance.now() - began, rows: all.reduce((sum, { change }) => sum + rowsOf(change), 0) });
    });
    port1.start();
    port2.postMessage(undefined);
  });
}

function drawn({ ms, rows }: Omit<SlowDraw, 'at'>): void {
  const at = performance.now();
  const known = slowDraw.value !== undefined && at - slowDraw.value.at < saidMs ? slowDraw.value : undefined;
  const isWorse = !document.hidden && ms > Math.max(slowMs, known?.ms ?? 0);
  slowDraw.value = isWorse ? { ms, rows, at } : known;
}

function rowsOf(change: News['change']): number {
  return Object.values(change).reduce((sum, { set, gone }) => sum + set.length + gone.length, 0);
}
