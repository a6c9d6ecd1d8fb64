import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { connectionsWait, turnsOf } from './nginx-turns.ts';

const stat = (state: string, user = 5, system = 7): string =>
  `1234 (nginx: (worker) x) ${state} 1 1 1 0 -1 4194560 400 0 0 0 ${user} ${system} 0 0 20 0 1 0 100 1000 100`;
const status = (voluntary: number, other: number): string =>
  `Name:\tnginx\nvoluntary_ctxt_switches:\t${voluntary}\nnonvoluntary_ctxt_switches:\t${other}\n`;
const one = { stat: stat('S'), status: status(10, 2) };

describe('what processes did', () => {
  test('is the same text while none of them ran', () => {
    expect(turnsOf([one, one])).toBe(turnsOf([one, one]));
    expect(turnsOf([{ ...one, stat: stat('T') }])).toBe(turnsOf([one]));
  });

  test.each([
    ['gave up the processor', { ...one, status: status(11, 2) }],
    ['was taken off it', { ...one, status: status(10, 3) }],
    ['ran for the program', { ...one, stat: stat('S', 6) }],
    ['ran for the kernel', { ...one, stat: stat('S', 5, 8) }],
  ])('is another when one %s', (_, other) => {
    expect(turnsOf([one, other])).not.toBe(turnsOf([one, one]));
  });

  test('is not known of one that wants to run, of none, or of what is no process', () => {
    expect(turnsOf([one, { ...one, stat: stat('R') }])).toBeUndefined();
    expect(turnsOf([])).toBeUndefined();
    expect(turnsOf([{ stat: '', status: '' }])).toBeUndefined();
  });

  test('is read from a real process: this one runs', () => {
    const [stat, text] = ['stat', 'status'].map((name) => readFileSync(`/proc/self/${name}`, 'utf8'));
    expect(turnsOf([{ stat: stat ?? '', status: text ?? '' }])).toBeUndefined();
    expect(turnsOf([{ stat: (stat ?? '').replace(') R ', ') S '), status: text ?? '' }])).toMatch(
      new RegExp(`^${process.pid},\\d+,\\d+,\\d+,\\d+$`),
    );
  });
});

describe('connections that wait', () => {
  const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt\n';
  const line = (port: string, state: string, queue: string): string =>
    `   0: 00000000:${port} 00000000:0000 ${state} 00000000:${queue} 00:00000000 00000000     0        0 1 1\n`;

  test.each([
    ['the queue of the port has some', line('0050', '0A', '00000000') + line('01BB', '0A', '00000001'), true],
    ['it is empty', line('01BB', '0A', '00000000'), false],
    ['one of several queues has some', line('01BB', '0A', '00000000') + line('01BB', '0A', '00000003'), true],
    ['another port has some', line('0050', '0A', '00000001'), false],
    ['a connection has bytes to be read', line('01BB', '01', '00000001'), false],
    ['nothing listens', '', false],
  ])('%s', (_, lines, expected) => {
    expect(connectionsWait(head + lines, 443)).toBe(expected);
  });
});
