import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sampleReport } from '../../test/kit/drill-report-sample.ts';
import { openDrillHistory } from '../store/drill-history.ts';
import { drillRecords } from './drill-records.ts';
import { historyPath } from './edge-history.ts';

test('a drill is listed as soon as it is kept, and the history is read only when it changed', () => {
  const stateDirectory = mkdtempSync(join(tmpdir(), 'evenkeel-records-'));
  onTestFinished(() => rmSync(stateDirectory, { recursive: true, force: true }));
  const records = drillRecords({ stateDirectory });
  expect(records.rows()).toEqual([]);
  const history = openDrillHistory(historyPath({ stateDirectory }));
  history.add(sampleReport());
  const first = records.rows();
  expect(first?.map(({ key }) => key)).toEqual(['1']);
  expect(records.rows()).toBe(first);
  history.add(sampleReport());
  expect(records.rows()?.map(({ key }) => key)).toEqual(['1', '2']);
  history.close();
});

test('of a history that can not be read nothing is known, until it can be read', () => {
  const stateDirectory = mkdtempSync(join(tmpdir(), 'evenkeel-records-'));
  onTestFinished(() => rmSync(stateDirectory, { recursive: true, force: true }));
  const path = historyPath({ stateDirectory });
  writeFileSync(path, 'no database');
  const records = drillRecords({ stateDirectory });
  expect(records.rows()).toBeUndefined();
  rmSync(path);
  expect(records.rows()).toEqual([]);
});
