import { listFirst } from '../src/base/list-first.ts';
import { computed } from '@preact/signals';
import type { EdgeView, Topology } from '../src/report/edge-view.ts';
import { type Column, DataTable } from './data-table.tsx';
import { shown, snapshot } from './edge-state.ts';
import { InTurns } from './in-turns.tsx';
import { type Tone, toneSigns, troubleFirst } from './tone.ts';
import { duration } from './words.ts';

interface Row {
  readonly name: string;
  readonly pool: string;
  readonly answers: EdgeView['sites'];
}

const pools = computed(() => {
  const sites: Topology['sites'] = snapshot.value?.topology.sites ?? [];
  return new Map(sites.map(({ name, pool }) => [name, pool]));
});

const rows = computed((): readonly Row[] =>
  [...Map.groupBy(shown.sites.value, ({ name }) => name)].map(([name, answers]) => ({
    name,
    pool: pools.value.get(answers[0]?.site ?? '') ?? '',
    answers,
  })),
);

function toneOf({ answers }: Row): Tone {
  const down = answers.filter(({ up }) => !up).length;
  return down === 0 ? 'good' : down === answers.length ? 'bad' : 'warn';
}

const columns: readonly Column<Row>[] = [
  { title: 'Site', kind: 'name', cell: ({ name }) => name },
  { title: 'Pool', cell: ({ pool }) => pool },
  {
    title: 'As clients get it',
    tone: toneOf,
    cell: (row) => {
      const { answers } = row;
      const groups = Map.groupBy(answers, ({ status, reason }) => (status === 0 ? reason : `answers ${status}`));
      const said = [...groups].map(([what, group]) => {
        const through = [...new Set(group.map(({ vip, address }) => (group.length > 2 ? vip : `${vip} ${address}`)))];
        return `${what} through ${listFirst(through, 3)}`;
      });
      return `${toneSigns[toneOf(row)]} ${said.join('; ')}`;
    },
  },
  {
    title: 'Slowest',
    kind: 'number',
    cell: ({ answers }) => duration(Math.max(...answers.map(({ ms }) => ms))),
  },
];

/** Each site as a client gets it through its VIPs. */
export function Sites() {
  return (
    <DataTable
      id="sites"
      title="Sites"
      columns={columns}
      rows={troubleFirst(rows.value, toneOf)}
      keyOf={({ name }) => name}
      wordsOf={({ name, pool, answers }) =>
        [name, pool, ...answers.map(({ vip, reason }) => `${vip} ${reason}`)].join(' ')
      }
      none="No site was looked at."
      aside={<InTurns of="sites" />}
    />
  );
}
