import type { AlertState, KeptAlert } from './alert-state.ts';
import type { ReceiverMemory } from './alert-memory.ts';
import type { AlertRow, ReceiverRow } from './edge-view.ts';

/** What is on, as the board shows it: errors first, then what is told, then by age. What happened once and was told is on no more. */
export function alertRows({ alerts }: AlertState): readonly AlertRow[] {
  return alerts
    .filter(({ phase, condition }) => !(phase === 'told' && condition.lasts === 'once'))
    .toSorted((a, b) => rank(a) - rank(b) || a.since - b.since)
    .map((alert): AlertRow => {
      const { condition, since } = alert;
      const { key, severity, message, next, because } = condition;
      return {
        key,
        severity,
        message,
        next,
        since: new Date(since).toISOString(),
        state: stateOf(alert),
        ...(because === undefined ? {} : { because }),
      };
    });
}

function rank(alert: KeptAlert): number {
  return (alert.condition.severity === 'error' ? 0 : 2) + (stateOf(alert) === 'waiting' ? 1 : 0);
}

function stateOf(alert: KeptAlert): AlertRow['state'] {
  switch (alert.phase) {
    case 'waiting':
    case 'due':
      return 'waiting';
    case 'told':
      return alert.goneAt === undefined ? 'told' : 'ending';
    case 'over':
      return 'ending';
    default:
      return alert satisfies never;
  }
}

/** A receiver, as the board shows it. */
export function receiverRow(memory: ReceiverMemory, way: ReceiverRow['way']): ReceiverRow {
  const { name, state, takenAt, said, queue } = memory;
  return {
    key: name,
    way,
    state,
    waiting: queue.length,
    ...(takenAt === 0 ? {} : { at: new Date(takenAt).toISOString() }),
    said,
  };
}
