import { view } from './edge-state.ts';
import { clock } from './words.ts';

const words = { running: 'Running', done: 'Done', failed: 'Failed', unknown: 'Not known how it ended' } as const;
const tones = { running: 'warn', done: 'good', failed: 'bad', unknown: 'warn' } as const;

/** What was asked for last, newest first. */
export function Work() {
  const rows = view.value.work.toReversed().slice(0, 5);
  return (
    <section aria-labelledby="work-title">
      <h2 id="work-title">Asked for</h2>
      {rows.length === 0 ? (
        <p class="quiet">Nothing yet.</p>
      ) : (
        <ul class="work" aria-live="polite">
          {rows.map((row) => (
            <li key={row.key}>
              <strong class={tones[row.state]}>{words[row.state]}</strong> {row.title}
              <span class="quiet">
                {' '}
                {clock(row.startedAt)}, {row.operator}: {row.reason}
              </span>
              {row.note !== '' && <pre>{row.note}</pre>}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
