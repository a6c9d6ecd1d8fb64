import { computed, signal, useSignal } from '@preact/signals';
import type { OperationRow } from '../src/report/edge-view.ts';
import { type Snapshot, past, shown, snapshot } from './edge-state.ts';
import { find, isFound } from './find.ts';
import { Section } from './section.tsx';

/** The key of the operation that a person is asked about; undefined: none. */
export const asked = signal<string | undefined>(undefined);

type Group = 'VIPs' | 'Balancers' | 'Backends' | 'Drills';

/** Of a long list only so many are drawn until more are wanted. */
const few = 12;

const balancers = computed(
  () =>
    new Set((snapshot.value?.topology.hosts ?? []).flatMap(({ name, kind }) => (kind === 'balancer' ? [name] : []))),
);

function groupOf({ does, subject }: OperationRow): Group {
  if (does === 'move') return 'VIPs';
  if (does === 'drill') return 'Drills';
  return balancers.value.has(subject) ? 'Balancers' : 'Backends';
}

/** `web10` after `web9`. */
const byName = new Intl.Collator('en', { numeric: true });

const groups = computed(() => {
  const found = shown.operations.value
    .filter(({ title }) => isFound(title, find.value))
    .toSorted((a, b) => byName.compare(a.title, b.title));
  const known = Map.groupBy(found, groupOf);
  return (['VIPs', 'Balancers', 'Backends', 'Drills'] as const).flatMap((title) => {
    const rows = known.get(title);
    return rows === undefined ? [] : [{ title, rows }];
  });
});

/** Why nothing at all can be done now, without a final stop; undefined: what is offered can. */
export function generalRefusal(visitor: Snapshot['visitor'] | undefined): string | undefined {
  if (visitor?.role !== 'operator') return 'you may look and not act';
  if (past.value !== undefined) return 'this is the past';
  const running = shown.work.value.find(({ state }) => state === 'running');
  if (running !== undefined) return `${running.operator} does something just now: ${running.title}`;
  const reasons = new Set(shown.operations.value.map(({ refusal }) => refusal));
  // What keeps all of them is said once.
  return reasons.size === 1 && shown.operations.value.length > 1 ? [...reasons][0] : undefined;
}

/** Everything that can be done now, by what it is about. What can't be says why: on the button, and beside it. */
export function Operations({ visitor }: { visitor: Snapshot['visitor'] }) {
  const general = generalRefusal(visitor);
  return (
    <Section id="operations" title="Operations">
      {general !== undefined && (
        <p class="refused" id="operations-why">
          None now: {general}.
        </p>
      )}
      {shown.operations.value.length === 0 && <p class="nothing">None: nothing is known yet.</p>}
      {groups.value.map(({ title, rows }) => (
        <OperationGroup key={title} title={title} rows={rows} general={general} />
      ))}
    </Section>
  );
}

interface GroupProps {
  readonly title: Group;
  readonly rows: readonly OperationRow[];
  readonly general: string | undefined;
}

function OperationGroup({ title, rows, general }: GroupProps) {
  const all = useSignal('few');
  const drawn = all.value === 'all' ? rows : rows.slice(0, few);
  return (
    <details open={title !== 'Drills'}>
      <summary>
        {title} <span class="quiet">{rows.length}</span>
      </summary>
      <ul class="operations">
        {drawn.map((row) => (
          <Operation key={row.key} row={row} general={general} />
        ))}
      </ul>
      {drawn.length < rows.length && (
        <button onClick={() => (all.value = 'all')}>
          All {rows.length} <span class="hidden">operations on {title}</span>
        </button>
      )}
    </details>
  );
}

function Operation({ row, general }: { row: OperationRow; general: string | undefined }) {
  const refused = general !== undefined || row.refusal !== undefined;
  const id = `why-${row.key.replaceAll(/[^\w-]/g, '-')}`;
  // What holds for all stands once, above.
  const why = general === undefined ? id : 'operations-why';
  return (
    <li class={general === undefined && row.refusal !== undefined ? 'refusal' : undefined}>
      <button
        aria-disabled={refused}
        aria-describedby={refused ? why : undefined}
        onClick={() => {
          if (!refused) asked.value = row.key;
        }}
      >
        {row.title}
      </button>
      {general === undefined && row.refusal !== undefined && (
        <span class="quiet" id={id}>
          {row.refusal}
        </span>
      )}
    </li>
  );
}
