import type { AlertKind } from '../model/alert-settings.ts';
import type { Condition, SeenConditions } from './alert-condition.ts';
import type { AlertState, Flaps, KeptAlert } from './alert-state.ts';

/** How long things last. Milliseconds. */
export interface AlertTimes {
  /** Before each kind is told. */
  readonly afterMs: Readonly<Record<AlertKind, number>>;
  /** From one time to the next that what goes on is told. */
  readonly repeatMs: number;
  /** What begins or ends within this is one message. */
  readonly groupMs: number;
  /** Something must be gone for so long to be over; twice as long each time it came back. */
  readonly calmMs: number;
}

/** The longest that something must be gone to be over. Milliseconds. */
export const longestCalmMs = 1_800_000;
/** After so long it is forgotten that something came and went. Milliseconds. */
export const flapsKeptMs = 3_600_000;

/** A thing to be told now. */
export interface AlertItem {
  readonly state: 'began' | 'still' | 'over';
  readonly condition: Condition;
  readonly since: number;
  /** When it ended; undefined: it goes on. */
  readonly endedAt: number | undefined;
  /** How often it came back within the last hour. */
  readonly flaps: number;
  /** What it explains, in words. */
  readonly explains: readonly string[];
}

/** What came of a moment. */
export interface AlertStep {
  readonly state: AlertState;
  /** One message; empty: nothing is told. */
  readonly items: readonly AlertItem[];
  /** When something becomes due if nothing changes, milliseconds since 1970; undefined: never. */
  readonly wakeAt: number | undefined;
}

/** What is there at a moment. */
export interface AlertMoment {
  readonly seen: SeenConditions;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly times: AlertTimes;
}

/**
 * What becomes of each alert at one moment, and what is told. `there`: its condition is seen; where nothing can be seen (after a
 * start, without a look, or of a site whose turn it is not) it stays as it is.
 *
 * | phase   | condition                  | for            | becomes                                     | told              |
 * |---------|----------------------------|----------------|---------------------------------------------|-------------------|
 * | -       | there                      | -              | waiting                                     |                   |
 * | waiting | gone                       | -              | forgotten                                   |                   |
 * | waiting | there, explained           | -              | waiting, its time begins anew               | with its cause    |
 * | waiting | there                      | its `after`    | due                                         |                   |
 * | due     | there, explained by now    | -              | waiting, its time begins anew               | with its cause    |
 * | due     | there or gone              | `groupMs`      | told                                        | began             |
 * | told    | there, worse than told     | -              | due                                         |                   |
 * | told    | there                      | `repeatMs`     | told                                        | still, with all   |
 * | told    | gone                       | its calm       | over; one that has no end is forgotten      |                   |
 * | told    | there again                | -              | told; its calm is twice as long             |                   |
 * | over    | there again                | -              | told; its calm is twice as long             |                   |
 * | over    | gone                       | `groupMs`      | forgotten but for how often it came         | over              |
 *
 * `groupMs` counts from the first that is due or over, and then takes all of them. The calm is `calmMs`, doubled with each time it
 * came back within an hour: what flaps is told ever more rarely, and never forgotten.
 */
export function stepAlerts(state: AlertState, moment: AlertMoment): AlertStep {
  const { seen, now } = moment;
  const conditions = new Map(seen.conditions.map((condition) => [condition.key, condition]));
  const flaps = new Map(
    state.flaps.filter(({ at }) => now - at < flapsKeptMs).map((entry) => [entry.key, entry] as const),
  );
  const known = state.alerts.flatMap((alert) => {
    const condition = conditions.get(alert.condition.key);
    conditions.delete(alert.condition.key);
    if (condition === undefined && seen.isUnknown(alert.condition)) return [alert];
    return advance(sane(alert, now), { condition, moment, flaps });
  });
  const fresh = [...conditions.values()].flatMap((condition) =>
    advance({ phase: 'waiting', condition, since: now }, { condition, moment, flaps }),
  );
  return flush({ ...state, alerts: [...known, ...fresh], flaps: [...flaps.values()] }, moment);
}

interface Now {
  /** Undefined: it is gone. */
  readonly condition: Condition | undefined;
  readonly moment: AlertMoment;
  /** Changed when one comes back. */
  readonly flaps: Map<string, Flaps>;
}

/** One alert at this moment; none: it is forgotten. */
function advance(alert: KeptAlert, at: Now): readonly KeptAlert[] {
  const { condition, moment, flaps } = at;
  const { now, times } = moment;
  const { key } = alert.condition;
  switch (alert.phase) {
    case 'waiting': {
      if (condition === undefined) return [];
      const explained = condition.because ?? alert.condition.because;
      if (explained !== undefined) return [{ phase: 'waiting', condition, since: now }];
      if (now - alert.since < patience(condition, times)) return [{ ...alert, condition }];
      if (flaps.has(key)) countFlap(flaps, key, now);
      return [{ phase: 'due', condition, since: alert.since, dueAt: now, toldAt: undefined }];
    }
    case 'due': {
      if (condition === undefined) return [alert];
      const { since, toldAt } = alert;
      if (condition.because === undefined) return [{ ...alert, condition: worst(condition, alert.condition) }];
      if (toldAt === undefined) return [{ phase: 'waiting', condition, since: now }];
      return [{ phase: 'told', condition, since, toldAt, goneAt: undefined }];
    }
    case 'told': {
      if (condition === undefined) {
        if (alert.condition.lasts === 'once') return [];
        const goneAt = alert.goneAt ?? now;
        if (now - goneAt < calmOf(key, flaps, times)) return [{ ...alert, goneAt }];
        return [{ ...alert, phase: 'over', dueAt: now, goneAt }];
      }
      if (alert.goneAt !== undefined) countFlap(flaps, key, now);
      if (condition.because === undefined && isWorse(condition, alert.condition)) {
        return [{ phase: 'due', condition, since: alert.since, dueAt: now, toldAt: alert.toldAt }];
      }
      return [{ ...alert, condition: worst(condition, alert.condition), goneAt: undefined }];
    }
    case 'over':
      return condition === undefined ? [alert] : advance({ ...alert, phase: 'told' }, at);
    default:
      return alert satisfies never;
  }
}

/** Tells what is due, when the first of it has waited for others long enough; then what goes on, when that is to be told again. */
function flush(state: AlertState, moment: AlertMoment): AlertStep {
  const { now, times } = moment;
  const dues = state.alerts.flatMap((alert) => ('dueAt' in alert ? [alert.dueAt] : []));
  const first = Math.min(...dues);
  const full = dues.length > 0 && now - first >= times.groupMs;
  const repeat = state.alerts.some((alert) => goesOn(alert) && now - alert.toldAt >= times.repeatMs);
  const flapsOf = new Map(state.flaps.map(({ key, count }) => [key, count]));
  const items: AlertItem[] = [];
  const told: Flaps[] = [];
  const alerts = state.alerts.flatMap((alert): readonly KeptAlert[] => {
    const { condition, since } = alert;
    const item = { condition, since, flaps: flapsOf.get(condition.key) ?? 0, explains: [] };
    if (alert.phase === 'due' && full) {
      items.push({ ...item, state: 'began', endedAt: undefined, explains: explainedBy(condition.key, state.alerts) });
      return [{ phase: 'told', condition, since, toldAt: now, goneAt: isGone(alert, moment) ? now : undefined }];
    }
    if (alert.phase === 'over' && full) {
      items.push({ ...item, state: 'over', endedAt: alert.goneAt });
      told.push({ key: condition.key, count: item.flaps, at: now });
      return [];
    }
    if (repeat && goesOn(alert)) {
      const explains = explainedBy(condition.key, state.alerts);
      if (condition.because === undefined) items.push({ ...item, state: 'still', endedAt: undefined, explains });
      return [{ ...alert, toldAt: now }];
    }
    return [alert];
  });
  const forgotten = new Set(told.map(({ key }) => key));
  const flaps = [...state.flaps.filter(({ key }) => !forgotten.has(key)), ...told];
  const next = { ...state, alerts, flaps };
  return { state: next, items, wakeAt: wakeTime(next, moment) };
}

/** Told, still there, and of the kind that is told again. */
function goesOn(alert: KeptAlert): alert is KeptAlert & { readonly phase: 'told' } {
  return alert.phase === 'told' && alert.goneAt === undefined && alert.condition.lasts === 'while-it-is';
}

/** Not there, and that is known. */
function isGone({ condition }: KeptAlert, { seen }: AlertMoment): boolean {
  return !isThere(condition, seen) && !seen.isUnknown(condition);
}

function isThere({ key }: Condition, { conditions }: SeenConditions): boolean {
  return conditions.some((one) => one.key === key);
}

/** Of what can't be seen nothing becomes due by itself but what was due already. */
function wakeTime({ alerts, flaps }: AlertState, moment: AlertMoment): number | undefined {
  const { now, times, seen } = moment;
  const counts = new Map(flaps.map((entry) => [entry.key, entry]));
  const moments = alerts.flatMap((alert): readonly number[] => {
    const { condition } = alert;
    switch (alert.phase) {
      case 'waiting':
        if (condition.because !== undefined || !isThere(condition, seen)) return [];
        return [alert.since + patience(condition, times)];
      case 'due':
      case 'over':
        return [alert.dueAt + times.groupMs];
      case 'told':
        if (alert.goneAt === undefined) return condition.lasts === 'once' ? [] : [alert.toldAt + times.repeatMs];
        return isGone(alert, moment) ? [alert.goneAt + calmOf(condition.key, counts, times)] : [];
      default:
        return alert satisfies never;
    }
  });
  return moments.length === 0 ? undefined : Math.max(now, Math.min(...moments));
}

function patience({ kind, atLeastMs }: Condition, { afterMs }: AlertTimes): number {
  return Math.max(afterMs[kind], atLeastMs);
}

function calmOf(key: string, flaps: ReadonlyMap<string, Flaps>, { calmMs }: AlertTimes): number {
  return Math.min(longestCalmMs, calmMs * 2 ** Math.min(30, flaps.get(key)?.count ?? 0));
}

function countFlap(flaps: Map<string, Flaps>, key: string, now: number): void {
  flaps.set(key, { key, count: (flaps.get(key)?.count ?? 0) + 1, at: now });
}

function isWorse(now: Condition, told: Condition): boolean {
  return now.severity === 'error' && told.severity === 'warning';
}

/** What was told as an error ends as one. */
function worst(now: Condition, told: Condition): Condition {
  return told.severity === 'error' ? { ...now, severity: 'error' } : now;
}

function explainedBy(key: string, alerts: readonly KeptAlert[]): readonly string[] {
  return alerts.filter(({ condition }) => condition.because === key).map(({ condition }) => condition.message);
}

/** A clock that was set back must not make an alert wait for a time that is far away. */
function sane(alert: KeptAlert, now: number): KeptAlert {
  const since = Math.min(alert.since, now);
  switch (alert.phase) {
    case 'waiting':
      return { ...alert, since };
    case 'due':
      return { ...alert, since, dueAt: Math.min(alert.dueAt, now) };
    case 'told':
      return {
        ...alert,
        since,
        toldAt: Math.min(alert.toldAt, now),
        goneAt: alert.goneAt === undefined ? undefined : Math.min(alert.goneAt, now),
      };
    case 'over':
      return { ...alert, since, dueAt: Math.min(alert.dueAt, now), goneAt: Math.min(alert.goneAt, now) };
    default:
      return alert satisfies never;
  }
}
