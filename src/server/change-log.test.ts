import { describe, expect, test } from 'vitest';
import { emptyView, type WorkRow } from '../report/edge-view.ts';
import type { NumberedEvent } from '../report/timeline-event.ts';
import { makeChangeLog } from './change-log.ts';

const at = '2026-11-29T12:00:00.000Z';
const row = (key: string): WorkRow => ({
  key,
  title: 't',
  operator: 'ann',
  reason: 'r',
  state: 'done',
  startedAt: at,
  note: '',
});
const event = (id: number): NumberedEvent => ({
  id,
  at,
  kind: 'controller',
  severity: 'info',
  subject: 's',
  text: 't',
});

describe('what is said to who was away', () => {
  test('a row that was gone and came again is set, and not gone', () => {
    const log = makeChangeLog();
    log.add({ revision: 1, change: { work: { set: [row('1')], gone: [] } }, events: [] });
    log.add({ revision: 2, change: { work: { set: [], gone: ['1'] } }, events: [] });
    expect(log.since(1, emptyView)?.change).toEqual({ work: { set: [], gone: ['1'] } });
    log.add({ revision: 3, change: { work: { set: [row('1')], gone: [] } }, events: [] });
    const view = { ...emptyView, work: [row('1')] };
    expect(log.since(1, view)?.change).toEqual({ work: { set: [row('1')], gone: [] } });
    expect(log.since(3, view)).toEqual({ change: {}, events: [] });
  });

  test('events that are too many are not known any more: all has to be said anew', () => {
    const log = makeChangeLog();
    for (let id = 1; id <= 1_010; id += 1) log.add({ revision: id, change: {}, events: [event(id)] });
    expect(log.since(9, emptyView)).toBeUndefined();
    expect(log.since(10, emptyView)?.events).toHaveLength(1_000);
    expect(log.since(1_008, emptyView)?.events.map(({ id }) => id)).toEqual([1_009, 1_010]);
  });

  test('rows that are gone are forgotten, the oldest first, and who missed those begins anew', () => {
    const log = makeChangeLog();
    for (let revision = 1; revision <= 1_010; revision += 1) {
      log.add({ revision, change: { work: { set: [], gone: [String(revision)] } }, events: [] });
    }
    expect(log.since(9, emptyView)).toBeUndefined();
    expect(log.since(10, emptyView)?.change.work?.gone).toHaveLength(1_000);
  });
});
