import { computed, signal } from '@preact/signals';
import type { NumberedEvent } from '../src/report/timeline-event.ts';
import { events, mergedEvents, mergeEvents } from './edge-state.ts';

/** The times that can be chosen for history strips and the scrubber. Milliseconds. */
export const spans = [
  { title: '1 hour', ms: 3_600_000 },
  { title: '6 hours', ms: 6 * 3_600_000 },
  { title: '24 hours', ms: 24 * 3_600_000 },
  { title: '7 days', ms: 7 * 24 * 3_600_000 },
] as const;

/** What is shown of the past. Milliseconds. */
export const spanMs = signal<number>(spans[1].ms);
/** The clock of this computer, milliseconds since 1970; it moves on every few seconds. */
export const nowMs = signal(Date.now());
/** Holder events of the span: among thousands of others they would not be held. */
const loadedHolders = signal<readonly NumberedEvent[]>([]);

const tickMs = 5_000;

/** All holder events that are known, oldest first. */
export const holderEvents = computed(() =>
  mergedEvents(
    loadedHolders.value,
    events.value.filter(({ kind }) => kind === 'holder'),
  ),
);

/** Lets the clock of the page move on. */
export function startClock(): void {
  setInterval(() => (nowMs.value = Date.now()), tickMs);
}

/** Asks for the events of the span. Those that can't be had are not drawn; the line to the server says why. */
export async function loadSpan(): Promise<void> {
  const from = encodeURIComponent(new Date(Date.now() - spanMs.value).toISOString());
  const [all, holders] = await Promise.all([
    askEvents(`from=${from}&limit=1000`),
    askEvents(`from=${from}&limit=1000&kind=holder`),
  ]);
  mergeEvents(all);
  loadedHolders.value = holders;
}

/** Events as `/api/events` gives them to a query; none when the server is not heard. */
export async function askEvents(query: string): Promise<readonly NumberedEvent[]> {
  const answer = await fetch(`/api/events?${query}`).catch(() => undefined);
  if (answer?.ok !== true) return [];
  const found: { events: readonly NumberedEvent[] } = await answer.json();
  return found.events;
}
