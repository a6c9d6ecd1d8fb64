import { counted } from '../src/base/counted.ts';
import type { DrillRow } from '../src/report/edge-view.ts';
import { type Column, DataTable } from './data-table.tsx';
import { shown } from './edge-state.ts';
import { nowMs } from './time-span.ts';
import { type Tone, toneSigns } from './tone.ts';
import { duration, when } from './words.ts';

const places = { lab: 'lab', real: 'real hosts' };

/** Where it was held, as `evenkeel drill history` says it; empty: it is not known. */
function placeOf({ place }: DrillRow): string {
  return place === undefined ? '' : places[place];
}

/** Kept, broken, and what can't be judged. */
function toneOf({ verdict }: DrillRow): Tone {
  return verdict === 'kept' ? 'good' : verdict === 'broken' ? 'bad' : 'unknown';
}

const columns: readonly Column<DrillRow>[] = [
  {
    title: 'Drill',
    kind: 'name',
    cell: ({ key }) => (
      <a href={`/api/drills/${encodeURIComponent(key)}`} target="_blank" rel="noreferrer">
        Report {key}
      </a>
    ),
  },
  { title: 'Held', cell: ({ startedAt }) => when(startedAt, nowMs.value) },
  { title: 'Place', cell: placeOf },
  {
    title: 'Promise',
    tone: toneOf,
    cell: (row) => `${toneSigns[toneOf(row)]} ${row.verdict.replace('-', ' ')}`,
  },
  { title: 'Faults', kind: 'number', cell: ({ faults }) => String(faults) },
  {
    title: 'Longest outage',
    cell: ({ worst }) => (worst === undefined ? '' : `${duration(worst.gapMs)}: ${worst.name}`),
  },
];

/** The drills that were held, newest first, each with its report. */
export function Drills() {
  const rows = shown.drills.value.toReversed();
  return (
    <DataTable
      id="drills"
      title="Drills"
      aside={rows.length === 0 ? undefined : <span class="quiet">{counted(rows.length, 'drill')} held</span>}
      columns={columns}
      rows={rows}
      keyOf={({ key }) => key}
      wordsOf={(row) => `${row.key} ${row.verdict} ${placeOf(row)} ${row.worst?.name ?? ''}`}
      none="No drill was held yet."
    />
  );
}
