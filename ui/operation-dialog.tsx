import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { asked } from './operations.tsx';
import { promise } from './words.ts';

const trouble = signal('');
const sending = signal(false);

/** Shows what an operation will do and asks for the reason before it begins. */
export function OperationDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const reason = useRef<HTMLInputElement>(null);
  const row = asked.value;
  useEffect(() => {
    if (row === undefined) dialog.current?.close();
    else {
      trouble.value = '';
      dialog.current?.showModal();
      reason.current?.focus();
    }
  }, [row]);
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (row === undefined || sending.value) return;
    sending.value = true;
    const { does, subject, target } = row;
    const why = reason.current?.value ?? '';
    const answer = await fetch('/api/operations', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Evenkeel-Request': '1' },
      body: JSON.stringify({ does, subject, target, reason: why }),
    }).catch(() => undefined);
    sending.value = false;
    if (answer?.ok === true) {
      asked.value = undefined;
      return;
    }
    trouble.value = answer === undefined ? 'the server is not heard; nothing was begun' : await refusalOf(answer);
  };
  return (
    <dialog ref={dialog} aria-labelledby="dialog-title" onClose={() => (asked.value = undefined)}>
      {row !== undefined && (
        <form onSubmit={(event) => void send(event)}>
          <h2 id="dialog-title">{row.title}</h2>
          {row.effects.map((text) => (
            <p key={text}>{text}</p>
          ))}
          <p>
            <strong>{promise(row.promisedMs)}</strong>
          </p>
          <label>
            Reason, for the audit log
            <input ref={reason} name="reason" required maxLength={500} autocomplete="off" />
          </label>
          {trouble.value !== '' && (
            <p class="bad" role="alert">
              Not begun: {trouble.value}.
            </p>
          )}
          <p class="buttons">
            <button type="submit" disabled={sending.value}>
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

async function refusalOf(answer: Response): Promise<string> {
  const body: unknown = await answer.json().catch(() => undefined);
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined;
  return typeof error === 'string' ? error : `the server answered ${answer.status}`;
}
