import { counted } from '../base/counted.ts';
import type { AlertSeverity } from '../model/alert-settings.ts';
import type { AlertItem } from './alert-rules.ts';
import { momentInWords } from './report-words.ts';
import { visibleText } from './visible-text.ts';

/**
 * What receivers get, described in docs/alerts.md. Keys are only ever added while `version` is 1. Times are ISO 8601, UTC. The id is the
 * same when a message is sent again, so that a receiver can tell.
 */
export interface AlertDocument {
  readonly version: 1;
  readonly id: string;
  /** `test`: nothing happened; somebody tries whether it arrives. */
  readonly kind: 'alert' | 'test';
  readonly edge: string;
  readonly place: 'lab' | 'real';
  readonly at: string;
  /** The worst of what began or goes on; `good`: all of it is over. */
  readonly severity: AlertSeverity | 'good';
  readonly title: string;
  /** Everything in words, for a person; chat tools show this one. */
  readonly text: string;
  readonly alerts: readonly AlertEntry[];
}

/** One alert of a message. */
export interface AlertEntry {
  readonly state: AlertItem['state'];
  /** The same as long as it is about the same thing. */
  readonly key: string;
  readonly code: string;
  readonly kind: string;
  readonly severity: AlertSeverity;
  readonly subject: string;
  readonly message: string;
  readonly next: string;
  readonly since: string;
  readonly endedAt?: string;
  /** How often it came back within the last hour; absent: not once. */
  readonly cameBack?: number;
  /** What it explains, and is therefore not told for itself. */
  readonly explains: readonly string[];
}

/** What a message is made of. */
export interface MessageParts {
  readonly id: string;
  readonly edge: string;
  readonly place: 'lab' | 'real';
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly items: readonly AlertItem[];
  /** Makes commands complete, so that they can be typed. */
  readonly complete: (text: string) => string;
}

/** Explained things that are named; the others are counted. */
const namedExplained = 8;

/** A message about these items. */
export function alertDocument(parts: MessageParts): AlertDocument {
  const { id, edge, place, at, items } = parts;
  const alerts = items.map((item) => entryOf(item, parts.complete));
  const title = `${edgeName(parts)}: ${titleOf(alerts)}`;
  const text = [title, ...alerts.map((entry) => entryText(entry, at))].join('\n\n');
  const severity = severityOf(alerts);
  return { version: 1, id, kind: 'alert', edge, place, at: isoTime(at), severity, title, text, alerts };
}

/** A message that says that nothing happened. */
export function testDocument({ id, edge, place, at }: Omit<MessageParts, 'items' | 'complete'>): AlertDocument {
  const title = `${edgeName({ edge, place })}: a test of alerts, nothing happened`;
  const text = `${title}\n\nWhoever reads this is told when something is wrong with ${edge}.`;
  return { version: 1, id, kind: 'test', edge, place, at: isoTime(at), severity: 'good', title, text, alerts: [] };
}

/** The items a receiver wants: bad enough, and not that it takes none itself. */
export function itemsFor(
  items: readonly AlertItem[],
  { name, severity }: { readonly name: string; readonly severity: AlertSeverity },
): readonly AlertItem[] {
  return items.filter(
    ({ condition }) =>
      (severity === 'warning' || condition.severity === 'error') &&
      !(condition.code === 'receiver-failing' && condition.subject === name),
  );
}

function edgeName({ edge, place }: Pick<MessageParts, 'edge' | 'place'>): string {
  return place === 'lab' ? `${edge} (lab)` : edge;
}

function entryOf(
  { state, condition, since, endedAt, flaps, explains }: AlertItem,
  complete: MessageParts['complete'],
): AlertEntry {
  const { key, code, kind, severity, subject } = condition;
  return {
    state,
    key,
    code,
    kind,
    severity,
    subject,
    message: visibleText(condition.message),
    next: visibleText(complete(condition.next)),
    since: isoTime(since),
    ...(endedAt === undefined ? {} : { endedAt: isoTime(endedAt) }),
    ...(flaps === 0 ? {} : { cameBack: flaps }),
    explains: explains.map(visibleText),
  };
}

function severityOf(alerts: readonly AlertEntry[]): AlertDocument['severity'] {
  const on = alerts.filter(({ state }) => state !== 'over');
  if (on.length === 0) return 'good';
  return on.some(({ severity }) => severity === 'error') ? 'error' : 'warning';
}

/** The first thing in words, the others as a number. */
function titleOf(alerts: readonly AlertEntry[]): string {
  const [first, ...others] = [...alerts].sort((a, b) => rank(a) - rank(b));
  if (first === undefined) return 'nothing';
  const words = { began: first.severity.toUpperCase(), still: `STILL ${first.severity.toUpperCase()}`, over: 'OVER' };
  return `${words[first.state]}: ${first.message}${others.length === 0 ? '' : `, and ${others.length} more`}`;
}

function rank({ state, severity }: AlertEntry): number {
  return { began: 0, still: 2, over: 4 }[state] + (severity === 'error' ? 0 : 1);
}

function entryText(entry: AlertEntry, at: number): string {
  const { state, severity, message, next, since, endedAt, explains, cameBack } = entry;
  const often = cameBack === undefined ? [] : [`  it came back ${counted(cameBack, 'time')} within the last hour`];
  if (state === 'over') {
    const ms = Date.parse(endedAt ?? since) - Date.parse(since);
    return [`OVER: ${message}`, `  from ${momentInWords(since)}, for ${lasting(ms)}`, ...often].join('\n');
  }
  const named = explains.slice(0, namedExplained).map((text) => `  because of it: ${text}`);
  const rest = explains.length - named.length;
  return [
    `${state === 'still' ? 'STILL ' : ''}${severity.toUpperCase()}: ${message}`,
    `  since ${momentInWords(since)}${state === 'still' ? `, for ${lasting(at - Date.parse(since))}` : ''}`,
    `  next: ${next}`,
    ...often,
    ...named,
    ...(rest > 0 ? [`  because of it: ${rest} more`] : []),
  ].join('\n');
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** `42 s`, `7 min`, `3 h 20 min`, `2 d 4 h`. */
export function lasting(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
