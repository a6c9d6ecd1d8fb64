import { computed } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { AuditEntry } from '../src/report/audit-entry.ts';
import { asked } from './asked.ts';
import { type Column, DataTable } from './data-table.tsx';
import { shown } from './edge-state.ts';
import { nowMs } from './time-span.ts';
import { when } from './words.ts';
import { workTones, workWords } from './work.tsx';

/** Oldest first. */
const log = asked<{ readonly operations: readonly AuditEntry[] }>(() => '/api/operations');

/** Which operations there are and whether they run: only then the log is another one, and not with each word of their progress. */
const news = computed(() => shown.work.value.map(({ key, state }) => `${key} ${state}`).join(' '));

const columns: readonly Column<AuditEntry>[] = [
  { title: 'Number', kind: 'name', cell: ({ id }) => String(id) },
  { title: 'When', cell: ({ at }) => <time dateTime={at}>{when(at, nowMs.value)}</time> },
  { title: 'Who', cell: ({ operator }) => operator },
  { title: 'What', cell: ({ title }) => title },
  { title: 'Reason', cell: ({ reason }) => reason },
  {
    title: 'Result',
    tone: ({ state }) => workTones[state],
    cell: ({ state, note }) => [workWords[state], note.split('\n')[0]].filter((part) => part !== '').join(': '),
  },
];

/** Everything that a person asked for here, newest first: who, when, what, why and how it ended. Whoever may see the page may read it. */
export function AuditLog() {
  const changed = news.value;
  useEffect(() => void log.load(), [changed]);
  return (
    <DataTable
      id="audit"
      title="Audit log"
      aside={log.isOld.value && <span class="quiet">the log could not be read again</span>}
      columns={columns}
      rows={log.answer.value?.operations.toReversed() ?? []}
      keyOf={({ id }) => String(id)}
      wordsOf={({ operator, title, reason, note }) => `${operator} ${title} ${reason} ${note}`}
      none={log.answer.value === undefined ? 'Not known yet.' : 'Nobody asked for anything yet.'}
    />
  );
}
