import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type HoldingRow, emptyView } from './edge-view.ts';
import { readHolderEvent } from './read-holder-event.ts';
import type { TimelineEvent } from './timeline-event.ts';
import { eventsBetween } from './view-events.ts';
import { watchBegins } from './watch-gap.ts';

const at = '2026-11-29T12:00:00.000Z';

function row(holders: readonly string[], silent: readonly string[] = []): HoldingRow {
  return { key: 'vip1', addresses: ['192.0.2.1'], preferred: 'lb1', holders, silent, since: at };
}

function eventOf(before: HoldingRow, after: HoldingRow): TimelineEvent | undefined {
  return eventsBetween({ ...emptyView, holdings: [before] }, { ...emptyView, holdings: [after] }, at)[0];
}

const someHolders = fc.uniqueArray(fc.constantFrom('lb1', 'lb2', 'lb-3', 'held', 'and'), { maxLength: 3 });

describe('an event is read back from its words', () => {
  test('whoever held it, and whoever holds it now', () => {
    fc.assert(
      fc.property(someHolders, someHolders, fc.constantFrom([], ['lb2'], ['lb1', 'lb2']), (before, since, silent) => {
        const event = eventOf(row(before), row(since, silent));
        fc.pre(event !== undefined);
        const read = event === undefined ? undefined : readHolderEvent(event);
        expect(read?.since).toEqual(since);
        // Of two at once it is not said who was there before.
        expect(read?.before).toEqual(since.length > 1 ? [] : before);
      }),
    );
  });

  test('who held it when it was last seen, and since when nobody watched', () => {
    const until = '2026-11-29T11:30:00.000Z';
    fc.assert(
      fc.property(fc.option(someHolders), someHolders, fc.constantFrom([], ['lb2']), (before, since, silent) => {
        const holdings = before === null ? [] : [row(before)];
        const [, event] = watchBegins(at, [row(since, silent)], { until, holdings });
        expect(event && readHolderEvent(event)).toEqual({ before: before ?? [], since, lastSeen: until });
      }),
    );
  });

  test.each([
    ['another kind', { kind: 'problem', subject: 'vip1', text: 'vip1 is held by lb2, before by lb1; it prefers lb1' }],
    ['another VIP', { kind: 'holder', subject: 'vip2', text: 'vip1 is held by lb2, before by lb1; it prefers lb1' }],
    ['other words', { kind: 'holder', subject: 'vip1', text: 'vip1 went to lb2' }],
    ['no words', { kind: 'holder', subject: 'vip1', text: '' }],
  ] as const)('not from %s', (_, event) => {
    expect(readHolderEvent({ at, severity: 'info', ...event })).toBeUndefined();
  });
});
