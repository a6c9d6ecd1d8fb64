import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { thrownFault } from '../../test/kit/thrown-fault.ts';
import type { AlertMemory } from '../report/alert-memory.ts';
import { newAlertState } from '../report/alert-state.ts';
import { openAlertStore } from './alert-store.ts';

let path = '';
beforeEach(() => {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-alerts-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  path = join(directory, 'state', 'alerts.db');
});

const memory: AlertMemory = { version: 1, at: 9, state: newAlertState(4), receivers: [] };

test('what was kept last is there when it is opened again, for its owner alone', () => {
  const store = openAlertStore(path);
  expect(store.load()).toBeUndefined();
  store.save({ ...memory, at: 1 });
  store.save(memory);
  store.close();
  const again = openAlertStore(path);
  onTestFinished(() => again.close());
  expect(again.load()).toEqual(memory);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a damaged file is refused with what to do', async () => {
  openAlertStore(path).close();
  writeFileSync(path, 'this is no database, and long enough to be read as one '.repeat(50));
  const opening = new Promise((settle) => settle(openAlertStore(path)));
  expect(await thrownFault(opening)).toMatchObject({
    code: 'file-unreadable',
    message: `what was told of alerts ${path} is damaged`,
    next: expect.stringContaining('tells again what is on'),
  });
});
