/** How loud an event is. `progress` may be overwritten on a terminal; `info` and above stay. */
export type EventLevel = 'debug' | 'progress' | 'info' | 'warning' | 'error';

/** Everything that can happen, declared once: code -> the data it carries. Durations are milliseconds. */
export interface EventCatalogue {
  /** Work that takes over a second began; `task` identifies it until `task-done` or `task-failed`. */
  'task-started': { readonly task: string; readonly title: string };
  /** A task moved on: `note` says what it does now; `done` of `total` when both are known. */
  'task-progress': { readonly task: string; readonly note: string; readonly done?: number; readonly total?: number };
  'task-done': { readonly task: string; readonly note: string; readonly ms: number };
  'task-failed': { readonly task: string; readonly note: string; readonly ms: number };
  /** A line for the reader that belongs to no task. */
  note: { readonly text: string };
  /** Something a reader should know that does not stop the work. */
  warning: { readonly text: string; readonly host?: string };
  /** A step of an apply. One that fails has no end: the Fault says why. */
  'step-started': { readonly host: string; readonly step: string; readonly title: string };
  'step-done': { readonly host: string; readonly step: string; readonly title: string; readonly ms: number };
  'step-undone': { readonly host: string; readonly step: string; readonly title: string };
}

/** The code of an event. */
export type EventCode = keyof EventCatalogue;

/** One thing that happened. */
export type Event = {
  readonly [Code in EventCode]: {
    readonly code: Code;
    readonly level: EventLevel;
    readonly data: EventCatalogue[Code];
  };
}[EventCode];

/** Where events go: a terminal, JSON lines, a store, a test. */
export type Emit = (event: Event) => void;

/** An Emit that drops everything. */
export function ignoreEvents(): void {
  // A sink for callers that do not show progress.
}
