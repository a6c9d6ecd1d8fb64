import { listFirst } from '../src/base/list-first.ts';
import { computed } from '@preact/signals';
import { certificateUrgency } from '../src/report/certificate-limits.ts';
import type { EdgeView } from '../src/report/edge-view.ts';
import { type Column, DataTable } from './data-table.tsx';
import { shown } from './edge-state.ts';
import { InTurns } from './in-turns.tsx';
import { severityTones, type Tone, toneSigns } from './tone.ts';

type Served = EdgeView['certificates'][number];

/** One certificate of one site, and everywhere it is served. */
interface Row {
  readonly key: string;
  readonly one: Served;
  readonly servedAt: readonly string[];
}

/** A view of an older history has a row for each place. */
const rows = computed((): readonly Row[] =>
  [...Map.groupBy(shown.certificates.value, ({ name, fingerprint }) => `${name} ${fingerprint}`)]
    .flatMap(([key, all]): readonly Row[] => {
      const [one] = all;
      const places = all.flatMap(({ servedAt, alsoAt = [] }) => [servedAt, ...alsoAt.map((also) => also.servedAt)]);
      return one === undefined ? [] : [{ key, one, servedAt: [...new Set(places)] }];
    })
    .toSorted((a, b) => a.one.daysLeft - b.one.daysLeft),
);

function toneOf({ one: { daysLeft } }: Row): Tone {
  return severityTones[certificateUrgency(daysLeft)];
}

const columns: readonly Column<Row>[] = [
  { title: 'Certificate of', kind: 'name', cell: ({ one }) => one.name },
  {
    title: 'Days left',
    tone: toneOf,
    cell: (row) => `${toneSigns[toneOf(row)]} ${row.one.daysLeft < 0 ? 'ended' : row.one.daysLeft}`,
  },
  { title: 'Ends', cell: ({ one }) => one.notAfter.slice(0, 10) },
  { title: 'Served at', cell: ({ servedAt }) => listFirst(servedAt, 4) },
  { title: 'Issuer', cell: ({ one }) => one.issuer },
];

/** How long each certificate that is served lasts; the soonest to end first. */
export function Certificates() {
  return (
    <DataTable
      id="certificates"
      title="Certificates"
      columns={columns}
      rows={rows.value}
      keyOf={({ key }) => key}
      wordsOf={({ one, servedAt }) => [one.name, one.issuer, ...servedAt].join(' ')}
      none="No certificate was seen."
      aside={<InTurns of="sites" />}
    />
  );
}
