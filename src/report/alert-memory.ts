import { isObject, type JsonObject, numberAt, objectsOf, parseJson, textAt } from '../facts/fields.ts';
import { alertKinds } from '../model/alert-settings.ts';
import type { AlertCode, Condition, ConditionSource } from './alert-condition.ts';
import { kindOfProblem } from './alert-kinds.ts';
import type { AlertDocument } from './alert-message.ts';
import type { AlertState, Flaps, KeptAlert } from './alert-state.ts';

/** What the dashboard remembers of its alerts over a restart: what was told, and what is still to be sent. */
export interface AlertMemory {
  readonly version: 1;
  /** When it was written: at most a minute ago while alerts are watched. Milliseconds since 1970. */
  readonly at: number;
  readonly state: AlertState;
  readonly receivers: readonly ReceiverMemory[];
}

/** What is remembered of one receiver. */
export interface ReceiverMemory {
  readonly name: string;
  readonly state: 'untried' | 'good' | 'failing';
  /** When it took the last message, milliseconds since 1970; 0: never. */
  readonly takenAt: number;
  /** What it said last. */
  readonly said: string;
  /** What it has not taken yet, oldest first. */
  readonly queue: readonly OutgoingAlert[];
}

/** A message on its way to one receiver. */
export interface OutgoingAlert {
  readonly id: string;
  /** When it was written, milliseconds since 1970. */
  readonly at: number;
  readonly title: string;
  readonly text: string;
  /** `AlertDocument` as JSON. */
  readonly document: string;
  /** How often it was tried. */
  readonly attempts: number;
}

/** A receiver that nothing was sent to yet. */
export function untriedReceiver(name: string): ReceiverMemory {
  return { name, state: 'untried', takenAt: 0, said: '', queue: [] };
}

/** A message as it sets out. */
export function outgoingAlert(document: AlertDocument): OutgoingAlert {
  const { id, at, title, text } = document;
  return { id, at: Date.parse(at), title, text, document: JSON.stringify(document), attempts: 0 };
}

/** Reads what was written with `JSON.stringify`; undefined when it is something else. What is of no use in it is left out. */
export function readAlertMemory(text: string): AlertMemory | undefined {
  const value = parseJson(text);
  if (!isObject(value) || value['version'] !== 1 || !isObject(value['state'])) return undefined;
  const { state } = value;
  return {
    version: 1,
    at: numberAt(value, 'at'),
    state: {
      beganAt: numberAt(state, 'beganAt'),
      alerts: objectsOf(state['alerts']).flatMap(readAlert),
      flaps: objectsOf(state['flaps']).map(readFlaps),
    },
    receivers: objectsOf(value['receivers']).map(readReceiver),
  };
}

function readAlert(value: JsonObject): readonly KeptAlert[] {
  const condition = readCondition(value['condition']);
  if (condition === undefined) return [];
  const since = numberAt(value, 'since');
  const [dueAt, toldAt, goneAt] = [numberAt(value, 'dueAt'), numberAt(value, 'toldAt'), numberAt(value, 'goneAt')];
  switch (value['phase']) {
    case 'due':
      return [{ condition, since, phase: 'due', dueAt, toldAt: toldAt === 0 ? undefined : toldAt }];
    case 'told':
      return [{ condition, since, phase: 'told', toldAt, goneAt: goneAt === 0 ? undefined : goneAt }];
    case 'over':
      return [{ condition, since, phase: 'over', dueAt, toldAt, goneAt }];
    default:
      return [];
  }
}

function readCondition(value: unknown): Condition | undefined {
  if (!isObject(value)) return undefined;
  const code = textAt(value, 'code');
  const kind = alertKinds.find((one) => one === value['kind']);
  const source = sources.find((one) => one === value['source']);
  if (!isCode(code) || kind === undefined || source === undefined) return undefined;
  return {
    key: textAt(value, 'key'),
    code,
    kind,
    source,
    severity: value['severity'] === 'error' ? 'error' : 'warning',
    subject: textAt(value, 'subject'),
    message: textAt(value, 'message'),
    next: textAt(value, 'next'),
    lasts: value['lasts'] === 'once' ? 'once' : 'while-it-is',
    atLeastMs: numberAt(value, 'atLeastMs'),
    because: typeof value['because'] === 'string' ? value['because'] : undefined,
  };
}

const sources: readonly ConditionSource[] = ['look', 'holdings', 'plan', 'controller', 'work'];
/** Codes that are no problems of a status. */
const ownCodes: Readonly<Record<Exclude<AlertCode, keyof typeof kindOfProblem>, true>> = {
  'all-silent': true,
  'pool-down': true,
  drift: true,
  'drill-failed': true,
  'operation-failed': true,
  'history-trouble': true,
  'look-stale': true,
};

function isCode(text: string): text is AlertCode {
  return Object.hasOwn(kindOfProblem, text) || Object.hasOwn(ownCodes, text);
}

function readFlaps(value: JsonObject): Flaps {
  return { key: textAt(value, 'key'), count: numberAt(value, 'count'), at: numberAt(value, 'at') };
}

function readReceiver(value: JsonObject): ReceiverMemory {
  const state = value['state'];
  return {
    name: textAt(value, 'name'),
    state: state === 'good' || state === 'failing' ? state : 'untried',
    takenAt: numberAt(value, 'takenAt'),
    said: textAt(value, 'said'),
    queue: objectsOf(value['queue']).map((entry) => ({
      id: textAt(entry, 'id'),
      at: numberAt(entry, 'at'),
      title: textAt(entry, 'title'),
      text: textAt(entry, 'text'),
      document: textAt(entry, 'document'),
      attempts: numberAt(entry, 'attempts'),
    })),
  };
}
