import { batch, signal } from '@preact/signals';
import type { EdgeView } from '../src/report/edge-view.ts';
import { past } from './edge-state.ts';

/** The time that is looked for, before its answer is here; undefined: none. ISO 8601. */
export const wantedTime = signal<string | undefined>(undefined);
/** Why a time can't be shown; empty: nothing is wrong. */
export const lookBackTrouble = signal('');

/** A slider moves faster than answers come. Milliseconds. */
const settleMs = 120;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Shows the edge as it was at a time (ISO 8601). Asked often, the last one counts. */
export function lookBack(time: string): void {
  wantedTime.value = time;
  clearTimeout(timer);
  timer = setTimeout(() => void ask(time), settleMs);
}

/** Shows the edge as it is. */
export function backToNow(): void {
  clearTimeout(timer);
  batch(() => {
    past.value = undefined;
    wantedTime.value = undefined;
    lookBackTrouble.value = '';
  });
}

async function ask(time: string): Promise<void> {
  const answer = await fetch(`/api/at?time=${encodeURIComponent(time)}`).catch(() => undefined);
  const found: { view: EdgeView; unwatchedSince?: string } | undefined =
    answer?.ok === true ? await answer.json() : undefined;
  if (wantedTime.value !== time) return;
  batch(() => {
    if (found !== undefined) {
      past.value = { at: time, view: found.view, unwatchedSince: found.unwatchedSince };
    }
    lookBackTrouble.value =
      found !== undefined
        ? ''
        : answer === undefined
          ? 'The server is not heard.'
          : 'Nothing is known of that time: this dashboard did not watch then.';
  });
}
