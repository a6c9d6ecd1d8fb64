import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { watchBegins } from '../report/watch-gap.ts';
import { openEdgeHistory } from './edge-history.ts';
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

test('other words of the dashboard are not in their way, however many', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'evenkeel-gaps-')), 'timeline.db');
  onTestFinished(() => rmSync(dirname(path), { recursive: true, force: true }));
  const history = openEdgeHistory(path);
  onTestFinished(() => history.close());
  history.addEvents(watchBegins(monday, [], { until: friday, holdings: [] }));
  const told = { at: monday, kind: 'controller', severity: 'info', subject: 'pager', text: 'pager was told' } as const;
  history.addEvents(Array.from({ length: 6_000 }, () => told));
  expect(readGaps(history, sunday, monday)).toEqual([{ from: friday, to: monday }]);
});

test('a file that does not say until when somebody watched has no gap that goes on', () => {
  expect(readGaps({ events: () => [], watchedUntil: () => undefined }, friday, monday)).toEqual([]);
});
