import { computed, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type Availability, type AvailabilityAnswer, pairKey } from '../src/report/availability.ts';
import { monthBeside } from '../src/report/report-range.ts';
import { lengthInWords, shareInWords, vipInWords } from '../src/report/report-words.ts';
import { asked } from './asked.ts';
import { type Column, DataTable } from './data-table.tsx';
import { type Tone, toneSigns, troubleFirst } from './tone.ts';

/** The month that somebody chose, like `2026-11`; undefined: the one that is now, also when the next one begins. */
const chosen = signal<string | undefined>(undefined);
const month = asked<AvailabilityAnswer>(() => `/api/availability?month=${chosen.value ?? ''}`);

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

/** A month as a client saw it, against the targets, with links to the reports: this one, until another is chosen. */
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

/** Which month it is, the ones beside it, what to doubt, and where all of it can be read. */
function Aside() {
  const given = month.answer.value;
  const doubts = [
    ...(month.isOld.value ? ['these figures are old'] : []),
    ...((given?.notAsked ?? 0) === 0 ? [] : [`${given?.notAsked} more are never asked`]),
  ];
  return (
    <span class="quiet">
      <span role="status" aria-label="Month of availability">
        {given?.month}
      </span>{' '}
      <Turn to="before" /> <Turn to="after" /> {doubts.map((doubt) => `· ${doubt} `)}· reports:{' '}
      <Report path={`month?month=${given?.month ?? ''}`}>month</Report>,{' '}
      <Report path="incident?from=1h">last hour</Report>, <Report path="incident?from=24h">last day</Report>
    </span>
  );
}

/** Leads to the month before or after, where there is one. */
function Turn({ to }: { to: 'before' | 'after' }) {
  const given = month.answer.value;
  // What was chosen last counts, also while its answer is on its way.
  const at = chosen.value ?? given?.last;
  const end = to === 'before' ? given?.first : given?.last;
  const isEnd = at === undefined || end === undefined || at === end;
  const turn = (): void => {
    if (isEnd) return;
    const next = monthBeside(at, to);
    chosen.value = next === given?.last ? undefined : next;
    void month.load();
  };
  return (
    <button aria-disabled={isEnd} title={isEnd ? reasons[to] : undefined} onClick={turn}>
      {to === 'before' ? 'Previous month' : 'Next month'}
    </button>
  );
}

const reasons = { before: 'Nothing is known of the month before', after: 'The next month has not begun' } as const;

function Report({ path, children }: { path: string; children: string }) {
  return (
    <a href={`/reports/${path}`} target="_blank" rel="noreferrer">
      {children}
    </a>
  );
}
