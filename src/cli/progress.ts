import type { Emit, Event } from '../base/event.ts';
import { visibleText } from '../report/visible-text.ts';

/** Where progress is written. */
export interface ProgressOutput {
  readonly write: (text: string) => void;
  /** `rewrite`: a terminal whose last line may be replaced. `lines`: a pipe, a log, a screen reader. */
  readonly kind: 'rewrite' | 'lines';
  readonly columns: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly clock: () => number;
}

/** How often a pipe gets a line for a task that only moves on. */
const lineIntervalMs = 5000;

/**
 * Turns events into lines for people. On a terminal the newest progress replaces the last line; elsewhere each task
 * gets a line when it starts and ends, and one every five seconds in between.
 */
export function progressPrinter(output: ProgressOutput): Emit {
  let pending = '';
  let lastLine = Number.NEGATIVE_INFINITY;
  const clear = (): void => {
    if (pending !== '') output.write('\r\u001B[K');
    pending = '';
  };
  const keep = (text: string): void => {
    clear();
    output.write(`${text}\n`);
    lastLine = output.clock();
  };
  const pass = (text: string): void => {
    if (output.kind === 'lines') {
      if (output.clock() - lastLine >= lineIntervalMs) keep(text);
      return;
    }
    clear();
    pending = text.slice(0, Math.max(20, output.columns - 1));
    output.write(pending);
  };
  return (event) => {
    const line = eventLine(event);
    if (line === undefined) return;
    // What hosts said may stand in it.
    const text = line.text.split('\n').map(visibleText).join('\n');
    if (line.stays) keep(text);
    else pass(text);
  };
}

function eventLine(event: Event): { readonly text: string; readonly stays: boolean } | undefined {
  if (event.level === 'debug') return undefined;
  switch (event.code) {
    case 'task-started':
      return { text: `... ${event.data.title}`, stays: false };
    case 'task-progress': {
      const { note, done, total } = event.data;
      const count = done !== undefined && total !== undefined ? ` (${done}/${total})` : '';
      return { text: `... ${note}${count}`, stays: false };
    }
    case 'task-done':
      return { text: `ok  ${event.data.note} (${seconds(event.data.ms)})`, stays: event.level !== 'progress' };
    case 'task-failed':
      return { text: `FAILED ${event.data.note} (${seconds(event.data.ms)})`, stays: true };
    case 'note':
      return { text: event.data.text, stays: event.level !== 'progress' };
    case 'warning': {
      const place = event.data.host === undefined ? '' : `${event.data.host}: `;
      return { text: `warning: ${place}${event.data.text}`, stays: true };
    }
    case 'step-started':
      return { text: `... ${event.data.host}: ${event.data.title}`, stays: false };
    case 'step-done':
      return { text: `ok  ${event.data.host}: ${event.data.title} (${seconds(event.data.ms)})`, stays: true };
    case 'step-undone':
      return { text: `undone ${event.data.host}: ${event.data.title}`, stays: true };
    default: {
      const missing: never = event;
      return missing;
    }
  }
}

function seconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
