import { signal } from '@preact/signals';
import type { EdgeView } from '../src/report/edge-view.ts';
import type { NumberedEvent } from '../src/report/timeline-event.ts';
import { events, past, prepend } from './edge-state.ts';
import { moment } from './words.ts';

/** Events that are drawn; the button shows more. */
const shown = signal(50);
const trouble = signal('');

/** Everything that happened, newest first; each moment can be looked at again. */
export function Timeline() {
  const all = events.value;
  const rows = all.toReversed().slice(0, shown.value);
  return (
    <section aria-labelledby="timeline-title">
      <h2 id="timeline-title">Timeline</h2>
      {rows.length === 0 ? (
        <p class="quiet">Nothing happened since this was first served.</p>
      ) : (
        <ol class="timeline">
          {rows.map((event) => (
            <li key={event.id} class={event.severity}>
              <button class="time" onClick={() => void lookBack(event)} title="Show how it was then">
                <time dateTime={event.at}>{moment(event.at)}</time>
              </button>
              <span>
                {event.text}
                {event.next !== undefined && <span class="next"> {event.next}</span>}
              </span>
            </li>
          ))}
        </ol>
      )}
      {trouble.value !== '' && <p role="alert">{trouble.value}</p>}
      {rows.length >= shown.value && <button onClick={() => void older()}>Older</button>}
    </section>
  );
}

async function lookBack(event: NumberedEvent): Promise<void> {
  const answer = await fetch(`/api/at?time=${encodeURIComponent(event.at)}`).catch(() => undefined);
  if (answer?.ok !== true) {
    trouble.value = answer === undefined ? 'the server is not heard' : 'nothing is known of that moment';
    return;
  }
  trouble.value = '';
  const found: { at: string; view: EdgeView } = await answer.json();
  past.value = found;
}

async function older(): Promise<void> {
  shown.value += 50;
  const [first] = events.value;
  if (first === undefined || shown.value < events.value.length) return;
  const answer = await fetch(`/api/events?before=${first.id}`).catch(() => undefined);
  if (answer?.ok !== true) return;
  const found: { events: readonly NumberedEvent[] } = await answer.json();
  prepend(found.events);
}
