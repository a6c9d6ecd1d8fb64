import { computed, signal } from '@preact/signals';
import { readHolderEvent } from '../src/report/read-holder-event.ts';
import type { NumberedEvent } from '../src/report/timeline-event.ts';
import { events, mergeEvents, snapshot, type Snapshot } from './edge-state.ts';
import { find, isFound } from './find.ts';
import { lookBack, wantedTime } from './look-back.ts';
import { Section } from './section.tsx';
import { askEvents, nowMs } from './time-span.ts';
import { when } from './words.ts';

const pageSize = 30;
/** Events that are drawn; the button shows more. */
const drawn = signal(pageSize);
const filter = signal('all');
/**
 * How far back the events of a snapshot were paged: the oldest one that was reached, and whether there is nothing older. Others may be
 * there from looking back, with a gap between; a new snapshot begins anew.
 */
const paged = signal<{ readonly of: Snapshot; readonly to: number; readonly begin: 'reached' | 'ahead' } | undefined>(
  undefined,
);
const pagedNow = computed(() => (paged.value?.of === snapshot.value ? paged.value : undefined));

/** Who holds a VIP is said anew as well when nobody watched for a time. */
function isMove(event: NumberedEvent): boolean {
  if (event.kind !== 'holder') return false;
  const change = readHolderEvent(event);
  return change === undefined || change.before.join(' ') !== change.since.join(' ');
}

const filters: readonly {
  readonly name: string;
  readonly title: string;
  readonly takes: (event: NumberedEvent) => boolean;
}[] = [
  { name: 'all', title: 'Everything', takes: () => true },
  {
    name: 'trouble',
    title: 'Problems and warnings',
    takes: ({ severity }) => severity === 'error' || severity === 'warning',
  },
  { name: 'holder', title: 'Moves of VIPs', takes: isMove },
  { name: 'operation', title: 'Operations', takes: ({ kind }) => kind === 'operation' },
  { name: 'controller', title: 'The dashboard', takes: ({ kind }) => kind === 'controller' },
];

const wanted = computed(() => {
  const takes = filters.find(({ name }) => name === filter.value)?.takes ?? (() => true);
  return events.value.filter((event) => takes(event) && isFound(`${event.subject} ${event.text}`, find.value));
});

/** Everything that happened, newest first; each moment can be looked at again. */
export function Timeline() {
  const rows = wanted.value.toReversed().slice(0, drawn.value);
  const more = wanted.value.length > rows.length || pagedNow.value?.begin !== 'reached';
  return (
    <Section
      id="timeline"
      title="Timeline"
      aside={
        <label class="filter">
          <span class="hidden">Events shown</span>
          <select value={filter.value} onChange={({ currentTarget }) => (filter.value = currentTarget.value)}>
            {filters.map(({ name, title }) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </select>
        </label>
      }
    >
      {rows.length === 0 ? (
        <p class="nothing">
          {events.value.length === 0 ? 'Nothing happened since this was first served.' : 'Nothing of that kind.'}
        </p>
      ) : (
        <ol class="timeline">
          {rows.map((event) => (
            <TimelineRow key={event.id} event={event} />
          ))}
        </ol>
      )}
      {events.value.length > 0 && more && <button onClick={() => void older()}>Older events</button>}
    </Section>
  );
}

function TimelineRow({ event }: { event: NumberedEvent }) {
  return (
    <li class={event.severity} aria-current={wantedTime.value === event.at ? 'time' : undefined}>
      <button class="time" onClick={() => lookBack(event.at)} title="Show how it was then">
        <time dateTime={event.at}>{when(event.at, nowMs.value)}</time>
      </button>
      <span>
        {event.text}
        {event.next !== undefined && <span class="next"> {event.next}</span>}
      </span>
    </li>
  );
}

async function older(): Promise<void> {
  drawn.value += pageSize;
  const given = snapshot.value;
  const first = pagedNow.value?.to ?? given?.events[0]?.id;
  if (given === undefined || first === undefined || drawn.value < wanted.value.length) return;
  const found = await askEvents(`before=${first}&limit=500`);
  paged.value = { of: given, to: found[0]?.id ?? first, begin: found.length === 0 ? 'reached' : 'ahead' };
  mergeEvents(found);
}
