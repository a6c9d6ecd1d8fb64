import { expect, test } from 'vitest';
import { printDrained, printDrainedBackend, printMoved, printUndrained } from './print-moves.ts';

const moved = { vip: 'vip1', addresses: ['192.0.2.1'], from: 'lb1', to: 'lb2', ms: 420, connections: 0 };

test('a move is one sentence', () => {
  expect(printMoved(moved)).toBe('vip1 (192.0.2.1) moved from lb1 to lb2 in 420 ms; no connection was left behind');
  expect(printMoved({ ...moved, connections: 1 })).toContain('; 1 connection went on on lb1');
  expect(printMoved({ ...moved, from: undefined })).toBe('vip1 (192.0.2.1) is on lb2');
});

test('a drain says what is left', () => {
  const drained = { balancer: 'lb1', moved: [moved], connections: 0 };
  expect(printDrained(drained).split('\n')).toHaveLength(2);
  expect(printDrained(drained)).toContain('until evenkeel undrain lb1');
  expect(printDrained({ ...drained, connections: 3 })).toContain('3 connections are still open');
});

test('an undrain says what the balancer holds', () => {
  expect(printUndrained({ balancer: 'lb1', holds: [] })).toBe('lb1 is in service and holds no VIP');
  expect(printUndrained({ balancer: 'lb1', holds: ['vip1', 'vip2'] })).toContain('vip1, vip2');
});

test('a backend says who sends it nothing, and who does not know', () => {
  const drained = {
    backend: 'web1',
    does: 'drain',
    told: ['lb1'],
    silent: [{ balancer: 'lb2', why: 'no route' }],
  } as const;
  expect(printDrainedBackend(drained).split('\n')).toEqual([
    'web1 gets no new clients from lb1',
    'lb2 was not told: no route; evenkeel drain web1 again later',
  ]);
});
