import { listFirst } from '../src/base/list-first.ts';
import { computed } from '@preact/signals';
import type { EdgeView, TrafficRow } from '../src/report/edge-view.ts';
import { type Column, DataTable } from './data-table.tsx';
import { shown } from './edge-state.ts';
import { balancerState } from './host-state.ts';
import { toneSigns, troubleFirst } from './tone.ts';
import { duration, rate } from './words.ts';

interface Row {
  readonly balancer: EdgeView['balancers'][number];
  readonly traffic: TrafficRow | undefined;
  readonly holds: readonly string[];
}

const rows = computed((): readonly Row[] => {
  const traffic = new Map(shown.traffic.value.map((row) => [row.key, row]));
  const holdings = shown.holdings.value;
  return shown.balancers.value.map((balancer) => ({
    balancer,
    traffic: traffic.get(balancer.host),
    holds: holdings.filter(({ holders }) => holders.includes(balancer.host)).map(({ key }) => key),
  }));
});

const state: readonly Column<Row>[] = [
  { title: 'Balancer', kind: 'name', cell: ({ balancer }) => balancer.host },
  {
    title: 'State',
    tone: ({ balancer }) => balancerState(balancer).tone,
    cell: ({ balancer }) => {
      const { tone, words } = balancerState(balancer);
      return <span class={words.length < 16 ? 'short' : ''}>{`${toneSigns[tone]} ${words}`}</span>;
    },
  },
  { title: 'Holds', cell: ({ holds }) => (holds.length === 0 ? 'none' : listFirst(holds, 6)) },
];

const figures: readonly Column<Row>[] = [
  figure('Requests /s', ({ requestsPerSecond }) => rate(requestsPerSecond)),
  {
    ...figure('Errors /s', ({ errorsPerSecond }) => rate(errorsPerSecond)),
    tone: ({ traffic }) => ((traffic?.errorsPerSecond ?? 0) > 0 ? 'bad' : undefined),
  },
  figure('p50', ({ p50Ms }) => (p50Ms === undefined ? '' : duration(p50Ms))),
  figure('p95', ({ p95Ms }) => (p95Ms === undefined ? '' : duration(p95Ms))),
  figure('p99', ({ p99Ms }) => (p99Ms === undefined ? '' : duration(p99Ms))),
  figure('Conns', ({ connections }) => String(connections)),
  figure('TLS /s', ({ handshakesPerSecond }) => rate(handshakesPerSecond)),
  figure('Resumed', ({ resumedShare, handshakesPerSecond }) =>
    handshakesPerSecond === 0 ? '' : `${Math.round(resumedShare * 100)} %`,
  ),
  {
    ...figure('Old workers', ({ oldWorkers }) => String(oldWorkers)),
    tone: ({ traffic }) => ((traffic?.oldWorkers ?? 0) > 0 ? 'warn' : undefined),
  },
];

function figure(title: string, show: (row: TrafficRow) => string): Column<Row> {
  return { title, kind: 'number', cell: ({ traffic }) => (traffic === undefined ? '' : show(traffic)) };
}

/** How each balancer is, what it holds and what it serves. */
export function Balancers() {
  const measured = shown.traffic.value.length > 0;
  return (
    <DataTable
      id="balancers"
      title="Balancers"
      aside={<span class="quiet">{measured ? 'traffic of the last ten seconds' : 'traffic is not measured'}</span>}
      columns={measured ? [...state, ...figures] : state}
      rows={troubleFirst(rows.value, ({ balancer }) => balancerState(balancer).tone)}
      keyOf={({ balancer }) => balancer.host}
      wordsOf={({ balancer, holds }) => [balancer.host, ...holds, balancerState(balancer).words].join(' ')}
      none="The edge has no balancers."
    />
  );
}
