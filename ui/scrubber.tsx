import { computed } from '@preact/signals';
import type { NumberedEvent } from '../src/report/timeline-event.ts';
import { events } from './edge-state.ts';
import { backToNow, lookBack, lookBackTrouble, wantedTime } from './look-back.ts';
import { loadSpan, nowMs, spanMs, spans } from './time-span.ts';
import { moment } from './words.ts';

/** Steps of the slider over the span. */
const steps = 720;
/** Marks that are drawn; the worst of those that would lie on each other. */
const marks = 240;

const seen = computed(() => {
  const from = nowMs.value - spanMs.value;
  return events.value.filter(({ at }) => Date.parse(at) >= from);
});

/** A slider over the time that is kept, with a mark for each event. At its right end is now. */
export function Scrubber() {
  const span = spanMs.value;
  const from = nowMs.value - span;
  const wanted = wantedTime.value;
  const at = wanted === undefined ? nowMs.value : Date.parse(wanted);
  const value = Math.round(Math.max(0, Math.min(1, (at - from) / span)) * steps);
  const go = (step: number): void => {
    if (step >= steps) backToNow();
    else lookBack(new Date(from + (step / steps) * span).toISOString());
  };
  return (
    <div class="scrubber">
      <div class="scrubber-row">
        <button onClick={() => toEvent(-1)}>Earlier event</button>
        <button onClick={() => toEvent(1)} aria-disabled={wanted === undefined}>
          Later event
        </button>
        <button onClick={backToNow} aria-disabled={wanted === undefined}>
          Now
        </button>
        <output class="scrubber-time">{wanted === undefined ? 'Shows what is now' : `Shows ${moment(wanted)}`}</output>
        <label class="span">
          Time shown{' '}
          <select
            value={span}
            onChange={({ currentTarget }) => {
              spanMs.value = Number(currentTarget.value);
              void loadSpan();
            }}
          >
            {spans.map(({ title, ms }) => (
              <option key={ms} value={ms}>
                {title}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div class="track">
        <Marks />
        <input
          type="range"
          aria-label="Time"
          aria-valuetext={wanted === undefined ? 'now' : moment(wanted)}
          min={0}
          max={steps}
          value={value}
          onInput={({ currentTarget }) => go(Number(currentTarget.value))}
        />
      </div>
      {lookBackTrouble.value !== '' && (
        <p class="bad" role="alert">
          {lookBackTrouble.value}
        </p>
      )}
    </div>
  );
}

const rank: readonly NumberedEvent['severity'][] = ['info', 'good', 'warning', 'error'];

function Marks() {
  const from = nowMs.value - spanMs.value;
  const worst = new Map<number, NumberedEvent['severity']>();
  for (const { at, severity } of seen.value) {
    const place = Math.round(((Date.parse(at) - from) / spanMs.value) * marks);
    const there = worst.get(place);
    if (there === undefined || rank.indexOf(severity) > rank.indexOf(there)) worst.set(place, severity);
  }
  return (
    <svg class="marks" viewBox={`0 0 ${marks} 10`} preserveAspectRatio="none" aria-hidden="true">
      {[...worst].map(([place, severity]) => (
        <rect key={place} class={severity} x={place - 0.4} width={0.8} y={severity === 'error' ? 0 : 3} height={10} />
      ))}
    </svg>
  );
}

/** Goes to the next moment at which something happened, in this direction. */
function toEvent(direction: 1 | -1): void {
  const at = wantedTime.value;
  const times = [...new Set(events.value.map((event) => event.at))].toSorted();
  const next =
    direction === -1
      ? times.findLast((time) => at === undefined || time < at)
      : times.find((time) => at !== undefined && time > at);
  if (next !== undefined) lookBack(next);
  else if (direction === 1) backToNow();
}
