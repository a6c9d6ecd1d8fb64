import { computed } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type Availability, type AvailabilityAnswer, pairKey } from '../src/report/availability.ts';
import { lengthInWords, shareInWords, vipInWords } from '../src/report/report-words.ts';
import { asked } from './asked.ts';
import { type Column, DataTable } from './data-table.tsx';
import { type Tone, toneSigns, troubleFirst } from './tone.ts';

/** This month. */
const month = asked<AvailabilityAnswer>('/api/availability');

/** Between two questions to the server: a minute is what is kept. Milliseconds. */
const askEveryMs = 60_000;

const rows = computed(() => {
  const given = month.answer.value;
  return given?.probe === 'runs' ? troubleFirst(given.rows, toneOf) : [];
});

const tones: Readonly<Record<Availability['verdict'], Tone>> = {
  met: 'good',
  missed: 'bad',
  unknown: 'unknown',
  'no-target': 'good',
};

function toneOf({ verdict }: Availability): Tone {
  return tones[verdict];
}

const columns: readonly Column<Availability>[] = [
  { title: 'Site', kind: 'name', cell: ({ site }) => site },
  { title: 'Through', cell: vipInWords },
  { title: 'Availability', kind: 'number', cell: ({ availability }) => shareInWords(availability) },
  {
    title: 'Target',
    tone: (row) => (row.slo === null ? undefined : toneOf(row)),
    cell: (row) => (row.slo === null ? 'none' : `${toneSigns[toneOf(row)]} ${row.slo} % ${row.verdict}`),
  },
  { title: 'Outage', cell: ({ knownMs, outageMs }) => (knownMs === 0 ? '' : lengthInWords(outageMs)) },
  {
    title: 'Budget left',
    cell: ({ budgetLeftMs }) => (budgetLeftMs === null ? '' : lengthInWords(budgetLeftMs)),
  },
  { title: 'Unknown', cell: ({ unknownMs }) => (unknownMs === 0 ? '' : lengthInWords(unknownMs)) },
];

/** This month as a client saw it, against the targets, with links to the reports. */
export function AvailabilityOfMonth() {
  useEffect(() => {
    void month.load();
    const timer = setInterval(() => void month.load(), askEveryMs);
    return () => clearInterval(timer);
  }, []);
  return (
    <DataTable
      id="availability"
      title="Availability"
      aside={<Aside />}
      columns={columns}
      rows={rows.value}
      keyOf={pairKey}
      wordsOf={(row) => `${vipInWords(row)} ${row.site} ${row.verdict}`}
      none={month.answer.value?.probe === 'off' ? 'No probe runs here, so it is unknown.' : 'Not known yet.'}
    />
  );
}

/** Which month it is, what to doubt, and where all of it can be read. */
function Aside() {
  const given = month.answer.value;
  const doubts = [
    ...(month.isOld.value ? ['these figures are old'] : []),
    ...((given?.notAsked ?? 0) === 0 ? [] : [`${given?.notAsked} more are never asked`]),
  ];
  return (
    <span class="quiet">
      {given?.month} {doubts.map((doubt) => `· ${doubt} `)}· reports: <Report path="month">month</Report>,{' '}
      <Report path="incident?from=1h">last hour</Report>, <Report path="incident?from=24h">last day</Report>
    </span>
  );
}

function Report({ path, children }: { path: string; children: string }) {
  return (
    <a href={`/reports/${path}`} target="_blank" rel="noreferrer">
      {children}
    </a>
  );
}
