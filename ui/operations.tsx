import { signal } from '@preact/signals';
import type { OperationRow } from '../src/report/edge-view.ts';
import { type Snapshot, past, view } from './edge-state.ts';

/** The operation that a person is asked about; undefined: none. */
export const asked = signal<OperationRow | undefined>(undefined);

const groups = [
  { does: 'move', title: 'Move a VIP' },
  { does: 'drain', title: 'Drain' },
  { does: 'undrain', title: 'Undrain' },
  { does: 'drill', title: 'Drills' },
] as const;

/** Everything that can be done now. What can't says why: on the button, and beside it. */
export function Operations({ visitor }: { visitor: Snapshot['visitor'] }) {
  const running = view.value.work.find(({ state }) => state === 'running');
  const general =
    visitor.role !== 'operator'
      ? 'you may look and not act'
      : past.value !== undefined
        ? 'this is the past'
        : running === undefined
          ? undefined
          : `${running.operator} does something just now: ${running.title}`;
  return (
    <section aria-labelledby="operations-title">
      <h2 id="operations-title">Operations</h2>
      {general !== undefined && <p class="quiet">None now: {general}.</p>}
      {groups.map(({ does, title }) => {
        const rows = view.value.operations.filter((row) => row.does === does);
        if (rows.length === 0) return null;
        return (
          <details key={does} open={does !== 'drill'}>
            <summary>{title}</summary>
            <ul class="operations">
              {rows.map((row) => (
                <Operation key={row.key} row={row} refusal={general ?? row.refusal} />
              ))}
            </ul>
          </details>
        );
      })}
    </section>
  );
}

function Operation({ row, refusal }: { row: OperationRow; refusal: string | undefined }) {
  const id = `why-${row.key.replaceAll(/[^\w-]/g, '-')}`;
  return (
    <li>
      <button
        aria-disabled={refusal !== undefined}
        aria-describedby={refusal === undefined ? undefined : id}
        onClick={() => {
          if (refusal === undefined) asked.value = row;
        }}
      >
        {row.title}
      </button>
      {refusal !== undefined && (
        <span class="quiet" id={id}>
          {' '}
          {refusal}
        </span>
      )}
    </li>
  );
}
