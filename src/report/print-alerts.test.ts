import { expect, test } from 'vitest';
import { alertClock, conditionOf, seeing } from '../../test/kit/alert-conditions.ts';
import { modelOfText } from '../../test/kit/example-model.ts';
import { exampleFile } from '../../test/kit/example-model.ts';
import { readFileSync } from 'node:fs';
import type { AlertMemory } from './alert-memory.ts';
import { lastingState } from './alert-state.ts';
import { type AlertList, alertListJson, printAlertList } from './print-alerts.ts';
import { plainStyle } from './text-style.ts';

const example = readFileSync(exampleFile('devops.com'), 'utf8');
const { receivers } = modelOfText(
  `${example}\nalerts: { receivers: { chat: { webhook: { url: https://chat.example.com/ } }, page: { command: [page] } } }`,
).alerts;

function memory(): AlertMemory {
  const clock = alertClock();
  const gone = conditionOf('vip-nobody vip1', { message: 'nobody holds vip1' });
  const on = conditionOf('backend-down web1', { severity: 'warning', message: 'web1 is down', next: 'see web1' });
  clock.see(0, seeing([gone, on]));
  clock.until(600_000);
  clock.see(600_000, seeing([on]));
  return {
    version: 1,
    at: 600_000,
    state: lastingState(clock.state()),
    receivers: [
      {
        name: 'chat',
        state: 'failing',
        takenAt: 30_000,
        said: 'HTTP 500',
        queue: [{ id: 'a', at: 0, title: '', text: '', document: '', attempts: 3 }],
      },
    ],
  };
}

const list = (differs: Partial<AlertList> = {}): AlertList => ({
  receivers,
  memory: memory(),
  now: 601_000,
  ...differs,
});

test('what is on, errors first, with the next thing to do; and how receivers do', () => {
  expect(printAlertList(list(), plainStyle)).toBe(
    [
      'As of 1970-01-01 00:10:00 UTC.',
      '',
      '  error    10 min  nobody holds vip1 (gone for now)  evenkeel status',
      '  warning  10 min  web1 is down                      see web1',
      '',
      '  receiver  by       state                       said last',
      '  chat      webhook  failing  1 message waiting  HTTP 500',
      '  page      command  untried',
      '',
    ].join('\n'),
  );
});

test('that nobody watches is said first', () => {
  expect(printAlertList(list({ now: 86_400_000 }), plainStyle)).toMatch(
    /^No dashboard sends alerts now; the last word is of/,
  );
  expect(printAlertList(list({ memory: undefined }), plainStyle)).toMatch(
    /^No dashboard has sent alerts of this edge yet: evenkeel serve does\.\n\nNothing is known\./,
  );
  expect(printAlertList(list({ receivers: [] }), plainStyle)).toMatch(/names no receiver/);
});

test('the same as JSON', () => {
  expect(JSON.parse(alertListJson(list()))).toMatchObject({
    version: 1,
    watched: true,
    at: '1970-01-01T00:10:00.000Z',
    alerts: [
      { key: 'vip-nobody vip1', state: 'ending' },
      { key: 'backend-down web1', state: 'told' },
    ],
    receivers: [
      { name: 'chat', state: 'failing', waiting: 1 },
      { name: 'page', state: 'untried' },
    ],
  });
  expect(JSON.parse(alertListJson(list({ memory: undefined })))).toMatchObject({
    at: null,
    watched: false,
    alerts: [],
  });
});
