import { expect, test } from 'vitest';
import { sampleHolding } from '../../test/kit/report-sample.ts';
import { gapAt, isGone, readWatchGap, watchBegins } from './watch-gap.ts';

const [friday, sunday, monday] = ['2026-11-27T18:00:00.000Z', '2026-11-29T12:00:00.000Z', '2026-11-30T08:00:00.000Z'];

test('the first watch says nothing of a time before', () => {
  const events = watchBegins(monday, [sampleHolding('vip1', ['lb1'])], undefined);
  expect(events).toEqual([
    { at: monday, kind: 'controller', severity: 'info', subject: 'dashboard', text: 'the dashboard began to watch' },
  ]);
  expect(events.map(readWatchGap)).toEqual([undefined]);
});

test('a later one says since when nobody watched, and who holds each VIP now and held it then', () => {
  const holdings = [
    sampleHolding('vip1', ['lb2']),
    sampleHolding('vip2', ['lb2']),
    { ...sampleHolding('vip3', []), silent: ['lb1'] },
    { ...sampleHolding('vip4', ['lb2']), preferred: 'lb1' },
  ];
  const last = {
    until: friday,
    holdings: [sampleHolding('vip1', ['lb1']), sampleHolding('vip2', ['lb2']), sampleHolding('vip4', ['lb2'])],
  };
  const events = watchBegins(monday, holdings, last);
  expect(events.map(({ severity, subject, text }) => [severity, subject, text])).toEqual([
    ['info', 'dashboard', `the dashboard began to watch; nobody watched from ${friday} to ${monday}`],
    ['warning', 'vip1', `vip1 is held by lb2; it was last seen at ${friday}, held by lb1`],
    ['info', 'vip2', `vip2 is held by lb2; it was last seen at ${friday}, held by lb2`],
    ['error', 'vip3', `vip3 is held by nobody who can be asked; it was last seen at ${friday}`],
    // Not at home, as before: that is no news.
    ['info', 'vip4', `vip4 is held by lb2; it was last seen at ${friday}, held by lb2`],
  ]);
  expect(events.flatMap((event) => readWatchGap(event) ?? [])).toEqual([{ from: friday, to: monday }]);
});

test('a time lies in a gap between its ends, or behind one that goes on', () => {
  const gap = { from: friday, to: monday };
  expect([friday, sunday, monday].map((time) => gapAt([gap], time))).toEqual([undefined, gap, undefined]);
  expect(gapAt([{ from: friday, to: null }], monday)).toEqual({ from: friday, to: null });
});

test('a watch that says so once a minute is not gone after two, and is after a night', () => {
  expect(isGone(monday, '2026-11-30T08:02:00.000Z')).toBe(false);
  expect(isGone(sunday, monday)).toBe(true);
});
