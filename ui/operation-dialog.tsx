import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { OperationRow } from '../src/report/edge-view.ts';
import { shown, snapshot } from './edge-state.ts';
import { asked, generalRefusal } from './operations.tsx';
import { promise } from './words.ts';

const trouble = signal('');
const sending = signal(false);

/** Shows what an operation will do and asks for the reason before it begins. */
export function OperationDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const reason = useRef<HTMLInputElement>(null);
  /** What is to have the focus when the dialog is gone: the button, or what was begun. */
  const then = useRef<'button' | 'work'>('button');
  const key = asked.value;
  useEffect(() => {
    if (key === undefined) {
      dialog.current?.close();
      // The button that was pressed may be gone with the state it was for.
      if (then.current === 'work') document.getElementById('work-title')?.focus();
      return;
    }
    then.current = 'button';
    trouble.value = '';
    dialog.current?.showModal();
    reason.current?.focus();
  }, [key]);
  // The row of now: what was safe when the dialog came may not be any more.
  const row = key === undefined ? undefined : shown.operations.value.find((offer) => offer.key === key);
  const send = async (event: Event, offer: OperationRow): Promise<void> => {
    event.preventDefault();
    if (sending.value) return;
    sending.value = true;
    trouble.value = (await begin(offer, reason.current?.value ?? '')) ?? '';
    sending.value = false;
    if (trouble.value !== '') return;
    then.current = 'work';
    asked.value = undefined;
  };
  return (
    <dialog ref={dialog} aria-labelledby="dialog-title" onClose={() => (asked.value = undefined)}>
      {key !== undefined && row === undefined && (
        <>
          <h2 id="dialog-title">This is not needed any more</h2>
          <p>The edge has changed meanwhile, and the operation is not offered now.</p>
          <p class="buttons">
            <button type="button" onClick={() => (asked.value = undefined)}>
              Cancel
            </button>
          </p>
        </>
      )}
      {row !== undefined && (
        <form onSubmit={(event) => void send(event, row)}>
          <h2 id="dialog-title">{row.title}</h2>
          <ul class="effects">
            {row.effects.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
          <p class={row.promisedMs === 0 ? 'promised good' : 'promised warn'}>{promise(row.promisedMs)}</p>
          <label>
            Reason, for the audit log
            <input ref={reason} name="reason" required maxLength={500} autocomplete="off" />
          </label>
          <Refusal row={row} />
          <p class="buttons">
            <button type="submit" class="primary" disabled={sending.value || refusalOf(row) !== undefined}>
              {row.title}
            </button>
            <button type="button" onClick={() => (asked.value = undefined)}>
              Cancel
            </button>
          </p>
        </form>
      )}
    </dialog>
  );
}

function refusalOf(row: OperationRow): string | undefined {
  return generalRefusal(snapshot.value?.visitor) ?? row.refusal;
}

function Refusal({ row }: { row: OperationRow }) {
  const now = refusalOf(row);
  const text = trouble.value !== '' ? `Not begun: ${trouble.value}.` : now === undefined ? '' : `Not now: ${now}.`;
  return text === '' ? null : (
    <p class="bad" role="alert">
      {text}
    </p>
  );
}

/** Asks the server to begin; says why it did not. */
async function begin({ does, subject, target }: OperationRow, reason: string): Promise<string | undefined> {
  const answer = await fetch('/api/operations', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Evenkeel-Request': '1' },
    body: JSON.stringify({ does, subject, target, reason }),
  }).catch(() => undefined);
  if (answer === undefined) return 'the server is not heard';
  if (answer.ok) return undefined;
  const body: unknown = await answer.json().catch(() => undefined);
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined;
  return typeof error === 'string' ? error : `the server answered ${answer.status}`;
}
