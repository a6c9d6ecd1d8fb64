import { defaultAfterMs, defaultRepeatMs } from '../../src/model/alert-settings.ts';
import type { Condition, ConditionSource, SeenConditions } from '../../src/report/alert-condition.ts';
import { type AlertItem, type AlertTimes, stepAlerts } from '../../src/report/alert-rules.ts';
import { type AlertState, lastingState, newAlertState } from '../../src/report/alert-state.ts';

/** Times as they are without an edge file, grouped within 10 s, over after 15 s. */
export const usualTimes: AlertTimes = {
  afterMs: defaultAfterMs,
  repeatMs: defaultRepeatMs,
  groupMs: 10_000,
  calmMs: 15_000,
};

/** A condition; what is not said is a VIP that nobody holds. */
export function conditionOf(key: string, differs: Partial<Condition> = {}): Condition {
  const subject = key.split(' ')[1] ?? key;
  return {
    key,
    code: 'vip-nobody',
    kind: 'vip',
    source: 'holdings',
    severity: 'error',
    subject,
    message: `${key} is there`,
    next: 'evenkeel status',
    lasts: 'while-it-is',
    atLeastMs: 0,
    because: undefined,
    ...differs,
  };
}

/** What is seen. */
export function seeing(conditions: readonly Condition[], unknown: readonly ConditionSource[] = []): SeenConditions {
  return { conditions, isUnknown: ({ source }) => unknown.includes(source) };
}

/** A message, and when it was told. Milliseconds. */
export interface ToldMessage {
  readonly at: number;
  readonly items: readonly AlertItem[];
}

/** Alerts over a time that the test lets pass; they wake when they said so. */
export interface AlertClock {
  /** From this moment on this is seen. */
  readonly see: (at: number, seen: SeenConditions) => void;
  /** Lets time pass up to this moment. */
  readonly until: (at: number) => void;
  /** As after a restart of the program: only what lasts is known. */
  readonly restart: () => void;
  readonly told: () => readonly ToldMessage[];
  /** `1000 began vip-nobody vip1`, one line for each thing told. */
  readonly lines: () => readonly string[];
  readonly state: () => AlertState;
}

/** A clock that begins at 0 and sees nothing. */
export function alertClock(times: AlertTimes = usualTimes): AlertClock {
  let state = newAlertState(0);
  let seen = seeing([]);
  let wakeAt: number | undefined;
  let now = 0;
  const told: ToldMessage[] = [];

  const step = (at: number): void => {
    now = at;
    const done = stepAlerts(state, { seen, now, times });
    state = done.state;
    if (done.items.length > 0) told.push({ at, items: done.items });
    if (done.wakeAt !== undefined && done.wakeAt <= at)
      throw new Error(`it would wake at once, again and again (at ${at})`);
    wakeAt = done.wakeAt;
  };
  const until = (at: number): void => {
    for (let wake = wakeAt; wake !== undefined && wake <= at; wake = wakeAt) step(wake);
    now = Math.max(now, at);
  };
  return {
    see(at, next) {
      until(at);
      seen = next;
      step(at);
    },
    until,
    restart() {
      state = lastingState(state);
      seen = seeing([], ['look', 'holdings', 'plan', 'work']);
      step(now);
    },
    told: () => told,
    lines: () => told.flatMap(({ at, items }) => items.map((item) => `${at} ${item.state} ${item.condition.key}`)),
    state: () => state,
  };
}
