import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { sampleReport } from '../../test/kit/drill-report-sample.ts';
import { type ApplyRecord, openApplyHistory } from './apply-history.ts';
import { openDrillHistory } from './drill-history.ts';
import { historySchema } from './history-schema.ts';

let path = '';
beforeEach(() => {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-applies-'));
  path = join(directory, 'history.db');
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
});

function keep(...records: readonly ApplyRecord[]) {
  const history = openApplyHistory(path);
  for (const record of records) history.add(record);
  history.close();
}

function kept(place: string) {
  const history = openApplyHistory(path);
  try {
    return history.hosts(place);
  } finally {
    history.close();
  }
}

const good: ApplyRecord = {
  place: 'real',
  at: '2026-11-29T12:00:00.000Z',
  generation: '00112233aabbccdd',
  note: '',
  hosts: [
    { host: 'lb1', result: 'done' },
    { host: 'lb2', result: 'done' },
  ],
};

test('each host keeps its last apply, and the last one that was done', () => {
  const failed: ApplyRecord = {
    ...good,
    at: '2026-11-29T13:00:00.000Z',
    generation: 'ffeeffeeffeeffee',
    note: 'lb2: nginx does not answer',
    hosts: [
      { host: 'lb1', result: 'done' },
      { host: 'lb2', result: 'undo-failed' },
      { host: 'web1', result: 'not-done' },
    ],
  };
  keep(good, failed);
  const { at, note } = failed;
  expect(kept('real')).toEqual([
    { host: 'lb1', at, result: 'done', note: '', done: { at, generation: 'ffeeffeeffeeffee' } },
    { host: 'lb2', at, result: 'undo-failed', note, done: { at: good.at, generation: good.generation } },
    { host: 'web1', at, result: 'not-done', note, done: undefined },
  ]);
});

test('a lab and the real hosts do not know of each other', () => {
  keep(good, { ...good, place: 'lab', at: '2026-11-30T00:00:00.000Z' });
  expect(kept('real').map(({ at }) => at)).toEqual([good.at, good.at]);
  expect(kept('lab-two')).toEqual([]);
});

test('a file from before applies were kept keeps its drills and takes applies', () => {
  const old = new DatabaseSync(path);
  old.exec(historySchema.migrations[0] ?? '');
  old.exec(`PRAGMA application_id = ${historySchema.applicationId}; PRAGMA user_version = 1`);
  old.close();
  keep(good);
  const drills = openDrillHistory(path);
  expect(drills.add(sampleReport())).toBe(1);
  drills.close();
  expect(kept('real')).toHaveLength(2);
});
