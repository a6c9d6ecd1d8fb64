import { counted } from '../src/base/counted.ts';
import { listFirst } from '../src/base/list-first.ts';
import type { PendingRow } from '../src/report/edge-view.ts';
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
      {row.text !== '' && (
        <details>
          <summary>{row.state === 'failed' ? 'Why' : 'The plan'}</summary>
          <pre>{row.text}</pre>
        </details>
      )}
    </Section>
  );
}

function said({ state, hosts }: PendingRow): { readonly tone: Tone; readonly words: string } {
  switch (state) {
    case 'unknown':
      return { tone: 'unknown', words: 'Not compared with the file yet: evenkeel plan does.' };
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
