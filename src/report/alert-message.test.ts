import { describe, expect, test } from 'vitest';
import { conditionOf } from '../../test/kit/alert-conditions.ts';
import { alertDocument, itemsFor, lasting, testDocument } from './alert-message.ts';
import type { AlertItem } from './alert-rules.ts';

const at = Date.parse('2026-11-29T12:00:00Z');
const item = (differs: Partial<AlertItem> = {}): AlertItem => ({
  state: 'began',
  condition: conditionOf('vip-nobody vip1', { message: 'nobody holds vip1 192.168.10.100' }),
  since: at - 12_000,
  endedAt: undefined,
  flaps: 0,
  explains: [],
  ...differs,
});
const backend = conditionOf('backend-down web1', { severity: 'warning', kind: 'backend', code: 'backend-down' });

function message(items: readonly AlertItem[], place: 'lab' | 'real' = 'real') {
  return alertDocument({
    id: 'a1',
    edge: 'devops',
    place,
    at,
    items,
    complete: (text) => text.replace('evenkeel', 'bin/evenkeel'),
  });
}

describe('a message', () => {
  test('says what, since when, and what to type', () => {
    const made = message([item({ explains: ['web1 is down', 'web2 is down'] })]);
    expect(made).toMatchObject({
      version: 1,
      id: 'a1',
      kind: 'alert',
      severity: 'error',
      at: '2026-11-29T12:00:00.000Z',
    });
    expect(made.text).toBe(
      [
        'devops: ERROR: nobody holds vip1 192.168.10.100',
        '',
        'ERROR: nobody holds vip1 192.168.10.100',
        '  since 2026-11-29 11:59:48 UTC',
        '  next: bin/evenkeel status',
        '  because of it: web1 is down',
        '  because of it: web2 is down',
      ].join('\n'),
    );
    expect(made.alerts).toMatchObject([{ state: 'began', code: 'vip-nobody', next: 'bin/evenkeel status' }]);
    expect(made.alerts[0]).not.toHaveProperty('endedAt');
  });

  test('names the worst in its title and counts the others', () => {
    const made = message([
      item({ state: 'over', endedAt: at }),
      item({ condition: backend }),
      item({ state: 'still' }),
    ]);
    expect(made.title).toBe('devops: WARNING: backend-down web1 is there, and 2 more');
    expect(made.severity).toBe('error');
  });

  test('that everything is over is good news, with how long it was', () => {
    const made = message([item({ state: 'over', endedAt: at, flaps: 2 })]);
    expect(made.severity).toBe('good');
    expect(made.text).toContain(
      'OVER: nobody holds vip1 192.168.10.100\n  from 2026-11-29 11:59:48 UTC, for 12 s\n  it came back 2 times',
    );
    expect(made.alerts[0]).toMatchObject({ endedAt: '2026-11-29T12:00:00.000Z', cameBack: 2 });
  });

  test('of a lab says so', () => {
    expect(message([item()], 'lab').title).toMatch(/^devops \(lab\): /);
  });

  test('of a dead rack is no book', () => {
    const made = message([item({ explains: Array.from({ length: 200 }, (_, index) => `web${index} is down`) })]);
    expect(made.text.split('\n').length).toBeLessThan(20);
    expect(made.text).toContain('because of it: 192 more');
  });

  test('holds no control characters of a host', () => {
    const made = message([item({ condition: conditionOf('x y', { message: 'down: \u001b[2J\r\n.\r\nevil' }) })]);
    expect(made.alerts[0]?.message).toBe('down: ·[2J··.··evil');
    expect(made.title).not.toContain('\n');
  });

  test('a test says that nothing happened', () => {
    expect(testDocument({ id: 't', edge: 'devops', place: 'real', at })).toMatchObject({
      kind: 'test',
      title: 'devops: a test of alerts, nothing happened',
      alerts: [],
    });
  });
});

test('a receiver gets what is bad enough for it, and not that it takes nothing itself', () => {
  const failing = item({
    condition: conditionOf('receiver-failing chat', { code: 'receiver-failing', severity: 'warning' }),
  });
  const items = [item(), item({ condition: backend }), failing];
  expect(itemsFor(items, { name: 'chat', severity: 'warning' })).toHaveLength(2);
  expect(itemsFor(items, { name: 'mail', severity: 'warning' })).toHaveLength(3);
  expect(itemsFor(items, { name: 'mail', severity: 'error' })).toEqual([item()]);
});

test.each([
  [0, '0 s'],
  [119_000, '119 s'],
  [420_000, '7 min'],
  [12_000_000, '3 h 20 min'],
  [187_200_000, '2 d 4 h'],
])('%d ms is %s', (ms, text) => {
  expect(lasting(ms)).toBe(text);
});
