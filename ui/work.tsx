import type { WorkRow } from '../src/report/edge-view.ts';
import { shown } from './edge-state.ts';
import { Section } from './section.tsx';
import { nowMs } from './time-span.ts';
import type { Tone } from './tone.ts';
import { when } from './words.ts';

/** How an operation is, in words. */
export const workWords = {
  running: '… Running',
  done: '✓ Done',
  partial: '! Done in part',
  failed: '✕ Failed',
  unknown: '? Not known how it ended',
} as const satisfies Readonly<Record<WorkRow['state'], string>>;
/** The tone of how it is; one that runs has none. */
export const workTones = {
  running: undefined,
  done: 'good',
  partial: 'warn',
  failed: 'bad',
  unknown: 'warn',
} as const satisfies Readonly<Record<WorkRow['state'], Tone | undefined>>;
const shownWork = 5;

/** What was asked for last, newest first. */
export function Work() {
  const rows = shown.work.value.toReversed().slice(0, shownWork);
  return (
    <Section id="work" title="Asked for">
      {rows.length === 0 ? (
        <p class="nothing">Nothing yet.</p>
      ) : (
        <ul class="work" aria-live="polite">
          {rows.map((row) => (
            <li key={row.key} class={workTones[row.state] ?? 'running'}>
              <strong class={workTones[row.state] ?? 'running'}>{workWords[row.state]}</strong> {row.title}
              <span class="quiet">
                {' '}
                {when(row.startedAt, nowMs.value)}, {row.operator}: {row.reason}
              </span>
              {row.note !== '' && <Note text={row.note} />}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

/** How it goes; a report of many lines is behind its first one. */
function Note({ text }: { text: string }) {
  const [first = '', ...rest] = text.split('\n');
  if (rest.length < 3) return <pre>{text}</pre>;
  return (
    <details>
      <summary>{first}</summary>
      <pre>{rest.join('\n')}</pre>
    </details>
  );
}
