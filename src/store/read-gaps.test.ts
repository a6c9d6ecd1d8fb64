import { expect, test } from 'vitest';
import { watchBegins } from '../report/watch-gap.ts';
import { readGaps } from './read-gaps.ts';

const [friday, sunday, monday] = ['2026-11-27T18:00:00.000Z', '2026-11-29T12:00:00.000Z', '2026-11-30T08:00:00.000Z'];
const events = watchBegins(monday, [], { until: friday, holdings: [] }).map((event, id) => ({ ...event, id }));

test('what a watch said when it began, and what goes on because nobody watches now', () => {
  const source = { events: () => events, watchedUntil: () => monday };
  expect(readGaps(source, sunday, monday)).toEqual([{ from: friday, to: monday }]);
  expect(readGaps(source, sunday, '2026-11-30T08:01:00.000Z')).toEqual([{ from: friday, to: monday }]);
  expect(readGaps(source, sunday, '2026-11-30T20:00:00.000Z')).toEqual([
    { from: friday, to: monday },
    { from: monday, to: null },
  ]);
});

test('a file that does not say until when somebody watched has no gap that goes on', () => {
  expect(readGaps({ events: () => [], watchedUntil: () => undefined }, friday, monday)).toEqual([]);
});
