import { counted } from '../base/counted.ts';
import type { AlertReceiver } from '../model/alert-settings.ts';
import { type AlertMemory, untriedReceiver } from './alert-memory.ts';
import { lasting } from './alert-message.ts';
import { alertRows, receiverRow } from './alert-rows.ts';
import type { AlertRow, ReceiverRow } from './edge-view.ts';
import { utcInWords } from './report-words.ts';
import { type Cell, textTable } from './text-table.ts';
import type { TextStyle } from './text-style.ts';

/** What is known of alerts. */
export interface AlertList {
  /** Of the edge file. */
  readonly receivers: readonly AlertReceiver[];
  /** What the dashboard wrote down; undefined: nothing yet. */
  readonly memory: AlertMemory | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Older than this, and no dashboard sends alerts: it writes down every minute that it does. Milliseconds. */
const oldMs = 180_000;

/** Which alerts are on and how receivers do, for a reader. */
export function printAlertList(list: AlertList, style: TextStyle): string {
  const { receivers, memory, now } = list;
  if (receivers.length === 0) return 'The edge file names no receiver of alerts, so nothing is sent to anybody.\n';
  const { alerts, rows } = partsOf(list);
  const on = alerts.map((alert): readonly Cell[] => [
    { text: alert.severity, tone: alert.severity === 'error' ? 'bad' : 'warn' },
    lasting(now - Date.parse(alert.since)),
    alert.state === 'ending' ? `${alert.message} (gone for now)` : alert.message,
    alert.next,
  ]);
  const known = rows.map((row): readonly Cell[] => [
    row.key,
    row.way,
    { text: row.state, tone: row.state === 'failing' ? 'bad' : row.state === 'good' ? 'good' : 'quiet' },
    row.waiting === 0 ? '' : `${counted(row.waiting, 'message')} waiting`,
    row.said,
  ]);
  return [
    style(
      watching(list) === undefined ? 'quiet' : 'warn',
      watching(list) ?? `As of ${utcInWords(memory?.at ?? now)} UTC.`,
    ),
    '',
    ...(on.length === 0
      ? [memory === undefined ? 'Nothing is known.' : style('good', 'No alert is on.')]
      : textTable(on, style)),
    '',
    ...textTable([['receiver', 'by', 'state', '', 'said last'], ...known], style),
    '',
  ].join('\n');
}

/** The same as one JSON document. */
export function alertListJson(list: AlertList): string {
  const { alerts, rows } = partsOf(list);
  const { memory } = list;
  const document = {
    version: 1,
    at: memory === undefined ? null : new Date(memory.at).toISOString(),
    watched: watching(list) === undefined,
    alerts: alerts.map(({ key, severity, state, since, message, next }) => ({
      key,
      severity,
      state,
      since,
      message,
      next,
    })),
    receivers: rows.map(({ key, ...rest }) => ({ name: key, ...rest })),
  };
  return JSON.stringify(document, undefined, 2);
}

function partsOf({ receivers, memory }: AlertList): {
  readonly alerts: readonly AlertRow[];
  readonly rows: readonly ReceiverRow[];
} {
  return {
    alerts: memory === undefined ? [] : alertRows(memory.state),
    rows: receivers.map(({ name, way }) => {
      const known = memory?.receivers.find((one) => one.name === name);
      return receiverRow(known ?? untriedReceiver(name), way.kind);
    }),
  };
}

/** What is to be known of who watches; undefined: a dashboard does. */
function watching({ memory, now }: AlertList): string | undefined {
  if (memory === undefined) return 'No dashboard has sent alerts of this edge yet: evenkeel serve does.';
  return now - memory.at > oldMs
    ? `No dashboard sends alerts now; the last word is of ${utcInWords(memory.at)} UTC: evenkeel serve goes on.`
    : undefined;
}
