import { computed } from '@preact/signals';
import type { HoldingRow } from '../src/report/edge-view.ts';
import { type Column, DataTable } from './data-table.tsx';
import { shown } from './edge-state.ts';
import { HolderStrip } from './holder-strip.tsx';
import { holdingTone, holdingWords } from './holding.ts';
import { holderEvents, nowMs, spanMs, spans } from './time-span.ts';
import { toneSigns, troubleFirst } from './tone.ts';
import { when } from './words.ts';

const eventsByVip = computed(() => Map.groupBy(holderEvents.value, ({ subject }) => subject));

const columns: readonly Column<HoldingRow>[] = [
  { title: 'VIP', kind: 'name', cell: ({ key }) => key },
  { title: 'Address', cell: ({ addresses }) => <span class="address">{addresses.join(' ')}</span> },
  {
    title: 'Held by',
    tone: holdingTone,
    cell: (row) => `${toneSigns[holdingTone(row)]} ${holdingWords(row)}`,
  },
  { title: 'Since', cell: ({ since }) => when(since, nowMs.value) },
  {
    title: 'History',
    cell: (row) => <HolderStrip row={row} events={eventsByVip.value.get(row.key) ?? []} />,
  },
];

/** Who holds each VIP, since when, and who did before. */
export function Vips() {
  const span = spans.find(({ ms }) => ms === spanMs.value)?.title;
  return (
    <DataTable
      id="vips"
      title="VIPs"
      aside={<span class="quiet">history of {span}</span>}
      columns={columns}
      rows={troubleFirst(shown.holdings.value, holdingTone)}
      keyOf={({ key }) => key}
      wordsOf={(row) => [row.key, ...row.addresses, ...row.holders, row.preferred, holdingWords(row)].join(' ')}
      none="Who holds what is not known yet."
    />
  );
}
