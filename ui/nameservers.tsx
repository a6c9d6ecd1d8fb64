import { listFirst } from '../src/base/list-first.ts';
import { computed } from '@preact/signals';
import { questionName } from '../src/model/vip-addresses.ts';
import type { EdgeView } from '../src/report/edge-view.ts';
import { type Column, DataTable } from './data-table.tsx';
import { shown } from './edge-state.ts';
import { InTurns } from './in-turns.tsx';
import { type Tone, toneSigns, troubleFirst } from './tone.ts';

type Nameserver = EdgeView['nameservers'][number];

interface Row {
  readonly server: Nameserver;
  /** What it says differently from most of those that answer; empty: nothing. */
  readonly differs: readonly string[];
}

/** What most say, for each question. */
function usual(servers: readonly Nameserver[], said: (server: Nameserver) => readonly (readonly [string, string])[]) {
  const answers = Map.groupBy(servers.flatMap(said), ([question]) => question);
  return new Map(
    [...answers].map(([question, all]) => {
      const often = [...Map.groupBy(all, ([, answer]) => answer)].toSorted((a, b) => b[1].length - a[1].length);
      return [question, often[0]?.[0] ?? ''] as const;
    }),
  );
}

function saidNames({ names }: Nameserver): readonly (readonly [string, string])[] {
  return names.map((answer) => [questionName(answer), answer.addresses.toSorted().join(' ')] as const);
}

function saidSerials({ serials }: Nameserver): readonly (readonly [string, string])[] {
  return serials.map(({ zone, serial }) => [`serial of ${zone}`, String(serial)] as const);
}

const rows = computed((): readonly Row[] => {
  const servers = shown.nameservers.value;
  const answering = servers.filter((server) => server.answering);
  const most = new Map([...usual(answering, saidNames), ...usual(answering, saidSerials)]);
  return servers.map((server) => ({
    server,
    differs: !server.answering
      ? []
      : [...saidNames(server), ...saidSerials(server)]
          .filter(([question, answer]) => most.get(question) !== answer)
          .map(([question, answer]) => `${question}: ${answer === '' ? 'nothing' : answer}`),
  }));
});

function toneOf({ server, differs }: Row): Tone {
  if (!server.answering) return 'bad';
  return differs.length > 0 || !server.reachable ? 'warn' : 'good';
}

const columns: readonly Column<Row>[] = [
  { title: 'Nameserver', kind: 'name', cell: ({ server }) => server.host },
  {
    title: 'State',
    tone: toneOf,
    cell: (row) => {
      const { server } = row;
      const words = !server.answering
        ? `does not answer DNS; PowerDNS is ${server.powerdns}`
        : !server.reachable
          ? `answers DNS; ${server.reason ?? 'SSH does not answer'}`
          : row.differs.length > 0
            ? 'says something else'
            : 'answers';
      return `${toneSigns[toneOf(row)]} ${words}`;
    },
  },
  {
    title: 'Answers',
    cell: ({ server }) => (
      <span class="address">{server.answers.length === 0 ? 'none' : listFirst(server.answers, 4)}</span>
    ),
  },
  {
    title: 'Differs in',
    tone: ({ differs }) => (differs.length === 0 ? undefined : 'warn'),
    cell: ({ differs }) => (differs.length === 0 ? 'nothing' : listFirst(differs, 3)),
  },
  {
    title: 'Serial',
    kind: 'number',
    cell: ({ server }) => listFirst([...new Set(server.serials.map(({ serial }) => String(serial)))], 2),
  },
];

/** What each nameserver answers, and where it disagrees with the others. */
export function Nameservers() {
  return (
    <DataTable
      id="nameservers"
      title="Nameservers"
      columns={columns}
      rows={troubleFirst(rows.value, toneOf)}
      keyOf={({ server }) => server.host}
      wordsOf={({ server, differs }) => [server.host, server.address, ...server.answers, ...differs].join(' ')}
      none="The edge has no nameservers."
      aside={<InTurns of="names" />}
    />
  );
}
