import { counted } from '../src/base/counted.ts';
import { listFirst } from '../src/base/list-first.ts';
import type { ApplyRow, PendingRow } from '../src/report/edge-view.ts';
import { shown } from './edge-state.ts';
import { Section } from './section.tsx';
import { nowMs } from './time-span.ts';
import { type Tone, toneSigns } from './tone.ts';
import { when } from './words.ts';

/** What `plan` would change: the hosts differ from the file, or the file from the hosts. */
export function Pending() {
  const [row] = shown.pending.value;
  if (row === undefined) return null;
  const { tone, words } = said(row);
  return (
    <Section
      id="pending"
      title="Plan and drift"
      aside={row.at === undefined ? undefined : <span class="quiet">as of {when(row.at, nowMs.value)}</span>}
    >
      <p class={tone === 'unknown' ? 'nothing' : tone}>
        {tone === 'unknown' ? '' : `${toneSigns[tone]} `}
        {words}
      </p>
      <LastApply rows={shown.applies.value} />
      {row.text !== '' && (
        <details>
          <summary>{row.state === 'failed' ? 'Why' : 'The plan'}</summary>
          <pre>{row.text}</pre>
        </details>
      )}
    </Section>
  );
}

/** What the last apply did: in one line when it did everything, else a line for each host that it did not do. */
function LastApply({ rows }: { rows: readonly ApplyRow[] }) {
  const missed = rows.filter(({ result }) => result !== 'done');
  const last = rows
    .map(({ at }) => at)
    .toSorted()
    .at(-1);
  if (last === undefined) return null;
  if (missed.length === 0) {
    return (
      <p class="good">
        {toneSigns.good} The last apply ended {when(last, nowMs.value)} and did everything.
      </p>
    );
  }
  return (
    <ul aria-label="What the last apply did not do">
      {missed.map(({ key, at, result, note }) => (
        <li class={result === 'undo-failed' ? 'bad' : 'warn'} key={key}>
          {toneSigns[result === 'undo-failed' ? 'bad' : 'warn']} {key}, {when(at, nowMs.value)}:{' '}
          {result === 'undo-failed' ? 'could not be put back' : 'is as it was before'}: {note}
        </li>
      ))}
    </ul>
  );
}

function said({ state, hosts }: PendingRow): { readonly tone: Tone; readonly words: string } {
  switch (state) {
    case 'unknown':
      return { tone: 'unknown', words: 'Not compared with the file yet: evenkeel plan does.' };
    case 'not-here':
      return {
        tone: 'unknown',
        words:
          'This dashboard does not compare the hosts with the file: the CA and the keys of the edge are not here. Run evenkeel plan where evenkeel apply is run.',
      };
    case 'nothing':
      return { tone: 'good', words: 'Every host is as the file says.' };
    case 'changes':
      return {
        tone: 'warn',
        words: `${counted(hosts.length, 'host differs', 'hosts differ')} from the file: ${listFirst(hosts, 6)}.`,
      };
    case 'failed':
      return { tone: 'bad', words: 'The hosts could not be compared with the file.' };
  }
}
