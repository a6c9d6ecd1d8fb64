import { type EdgeHistory, openEdgeHistory } from '../../src/store/edge-history.ts';

/** Opens a history in which a person moved a VIP and could not drain a balancer, a day before it was begun here. */
export function auditedHistory(path: string): EdgeHistory {
  const history = openEdgeHistory(path);
  if (history.operations(1).length > 0) return history;
  const at = '2026-11-28T12:00:00.000Z';
  for (const [title, reason, state, note] of [
    ['Move vip1 to lb2', 'kernel <b>update</b>', 'done', 'vip1 moved in 40 ms\nmore of it'],
    ['Drain lb1', 'new disk', 'failed', 'lb1 is locked'],
  ] as const) {
    history.endOperation(history.beginOperation({ at, operator: 'ann', title, reason }), { at, state, note });
  }
  return history;
}
