import type { Condition } from './alert-condition.ts';

/** What is known of alerts from one moment to the next, and over a restart. Times are milliseconds since 1970. */
export interface AlertState {
  /** Since when there are alerts; what happened before is not told. */
  readonly beganAt: number;
  readonly alerts: readonly KeptAlert[];
  /** Alerts that came again while they were remembered. */
  readonly flaps: readonly Flaps[];
}

/** One alert: its condition as it was seen last, and where it stands. */
export type KeptAlert = {
  readonly condition: Condition;
  /** Since when it is there, or is there without something that explains it. */
  readonly since: number;
} & AlertPhase;

/**
 * `waiting`: it has not lasted long enough. `due`: it is told with the next message; `toldAt`: it was told before, as a lesser evil. `told`: `goneAt` says since when it is not
 * seen any more. `over`: its end is told with the next message.
 */
export type AlertPhase =
  | { readonly phase: 'waiting' }
  | { readonly phase: 'due'; readonly dueAt: number; readonly toldAt: number | undefined }
  | { readonly phase: 'told'; readonly toldAt: number; readonly goneAt: number | undefined }
  | { readonly phase: 'over'; readonly dueAt: number; readonly toldAt: number; readonly goneAt: number };

/** How often an alert came back. */
export interface Flaps {
  readonly key: string;
  readonly count: number;
  /** When it came or went last. */
  readonly at: number;
}

/** When there were no alerts yet. */
export function newAlertState(now: number): AlertState {
  return { beganAt: now, alerts: [], flaps: [] };
}

/** The part of a state that outlives the program: what was not told yet begins anew, since nobody looked meanwhile. */
export function lastingState(state: AlertState): AlertState {
  return { ...state, alerts: state.alerts.filter(({ phase }) => phase !== 'waiting') };
}
