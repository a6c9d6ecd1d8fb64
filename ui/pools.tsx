import { computed } from '@preact/signals';
import type { EdgeView } from '../src/report/edge-view.ts';
import { type Column, DataTable } from './data-table.tsx';
import { shown } from './edge-state.ts';
import { type Tone, toneSigns, troubleFirst } from './tone.ts';
import { duration } from './words.ts';

type Seen = EdgeView['backends'][number];

interface Row {
  readonly place: string;
  readonly pool: string;
  readonly name: string;
  readonly extra: string;
  readonly drained: boolean;
  readonly seen: readonly Seen[];
}

/** With more balancers than these a column for each has no room; then those that disagree are named. */
const columnsAtMost = 4;

const rows = computed((): readonly Row[] => {
  const drained = new Set(shown.balancers.value.flatMap(({ drainedBackends }) => drainedBackends));
  const places = Map.groupBy(
    shown.backends.value,
    ({ pool, name, address, port }) => `${pool} ${name} ${address}:${port}`,
  );
  return [...places].map(([place, seen]) => {
    const [{ pool, name, port, weight, backup } = { pool: '', name: '', port: 0, weight: 1, backup: false }] = seen;
    const extra = [weight === 1 ? '' : `weight ${weight}`, backup ? 'backup' : ''].filter((word) => word !== '');
    return {
      place,
      pool,
      name: `${name}:${port}`,
      extra: extra.join(', '),
      drained: drained.has(`${name}:${port}`) || drained.has(name),
      seen,
    };
  });
});

const balancers = computed(() => [...new Set(shown.backends.value.map(({ balancer }) => balancer))]);

function toneOf({ seen, drained }: Row): Tone {
  const down = seen.filter(({ up }) => !up).length;
  if (down > 0) return down === seen.length ? 'bad' : 'warn';
  return drained ? 'warn' : 'good';
}

const first: readonly Column<Row>[] = [
  {
    title: 'Server',
    kind: 'name',
    cell: ({ name, extra, drained }) => (
      <>
        {name}
        {drained && <span class="warn"> ! drained</span>}
        {extra !== '' && <span class="quiet"> {extra}</span>}
      </>
    ),
  },
  { title: 'Pool', cell: ({ pool }) => pool },
];

function columnOf(balancer: string): Column<Row> {
  const find = ({ seen }: Row): Seen | undefined => seen.find((row) => row.balancer === balancer);
  return {
    title: `Seen by ${balancer}`,
    tone: (row) => {
      const seen = find(row);
      return seen === undefined ? 'unknown' : seen.up ? 'good' : 'bad';
    },
    cell: (row) => {
      const seen = find(row);
      if (seen === undefined) return 'not asked';
      return seen.up ? `${toneSigns.good} up, ${duration(seen.ms)}` : `${toneSigns.bad} down: ${seen.reason}`;
    },
  };
}

const together: Column<Row> = {
  title: 'Seen by balancers',
  tone: toneOf,
  cell: (row) => {
    const down = row.seen.filter(({ up }) => !up);
    const slowest = Math.max(...row.seen.map(({ ms }) => ms));
    if (down.length === 0) return `${toneSigns.good} up for all ${row.seen.length}, at most ${duration(slowest)}`;
    const reasons = [...Map.groupBy(down, ({ reason }) => reason)].map(
      ([reason, group]) => `${group.map(({ balancer }) => balancer).join(', ')}: ${reason}`,
    );
    return `${toneSigns[toneOf(row)]} down for ${down.length} of ${row.seen.length} (${reasons.join('; ')})`;
  },
};

/** Each server of each pool, and what each balancer thinks of it and why. */
export function Pools() {
  const seers = balancers.value;
  return (
    <DataTable
      id="pools"
      title="Pools"
      columns={[...first, ...(seers.length > columnsAtMost ? [together] : seers.map(columnOf))]}
      rows={troubleFirst(rows.value, toneOf)}
      keyOf={({ place }) => place}
      wordsOf={(row) => `${row.place} ${row.drained ? 'drained' : ''} ${toneOf(row) === 'good' ? 'up' : 'down'}`}
      none="No pool was looked at."
    />
  );
}
