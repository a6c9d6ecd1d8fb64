import { useEffect } from 'preact/hooks';
import type { AccessEvent, NumberedAccessEvent } from '../src/report/access-event.ts';
import { asked } from './asked.ts';
import { type Column, DataTable } from './data-table.tsx';
import { nowMs } from './time-span.ts';
import type { Tone } from './tone.ts';
import { when } from './words.ts';

/** Oldest first. */
const log = asked<{ readonly events: readonly NumberedAccessEvent[] }>(() => '/api/audit');

/** Accounts change on the command line too, of which the server tells no news. Milliseconds. */
const againMs = 30_000;

/** What happened, in words, and its tone when somebody should look. */
const kindWords: Readonly<Record<AccessEvent['kind'], { readonly text: string; readonly tone?: Tone }>> = {
  'signed-in': { text: 'Signed in' },
  'sign-in-failed': { text: '✕ Could not sign in', tone: 'bad' },
  'signed-out': { text: 'Signed out' },
  'account-added': { text: 'Account made' },
  'account-reset': { text: 'Account reset' },
  'account-removed': { text: 'Account removed' },
  'token-added': { text: 'Token made' },
  'token-removed': { text: 'Token removed' },
};

const columns: readonly Column<NumberedAccessEvent>[] = [
  { title: 'Number', kind: 'name', cell: ({ id }) => String(id) },
  { title: 'When', cell: ({ at }) => <time dateTime={at}>{when(at, nowMs.value)}</time> },
  { title: 'Who', cell: ({ who }) => (who === '' ? <span class="quiet">no account</span> : who) },
  { title: 'What', tone: ({ kind }) => kindWords[kind].tone, cell: ({ kind }) => kindWords[kind].text },
  { title: 'From', cell: ({ address }) => address },
  { title: 'Note', cell: ({ note }) => note },
];

/** Who came in, who could not, and what became of accounts and tokens, newest first: for operators of a dashboard that has accounts. */
export function SignIns() {
  useEffect(() => {
    void log.load();
    const again = setInterval(() => void log.load(), againMs);
    return () => clearInterval(again);
  }, []);
  return (
    <DataTable
      id="sign-ins"
      title="Sign-ins and accounts"
      aside={log.isOld.value && <span class="quiet">they could not be read again</span>}
      columns={columns}
      rows={log.answer.value?.events.toReversed() ?? []}
      keyOf={({ id }) => String(id)}
      wordsOf={({ who, kind, address, note }) => `${who} ${kindWords[kind].text} ${address} ${note}`}
      none={log.answer.value === undefined ? 'Not known yet.' : 'Nobody came in yet.'}
    />
  );
}
