import { expect, test } from 'vitest';
import type { DrainedBackend } from '../facts/planned-moves.ts';
import { printDrained, printDrainedBackend, printMoved, printUndrained } from './print-moves.ts';

const moved = {
  vip: 'vip1',
  addresses: ['192.0.2.1'],
  from: 'lb1',
  to: 'lb2',
  already: false,
  ms: 420,
  connections: 0,
  watchEnded: false,
  untold: [],
};

test('a move is one sentence', () => {
  expect(printMoved(moved)).toBe('vip1 (192.0.2.1) moved from lb1 to lb2 in 420 ms; no connection was left behind');
  expect(printMoved({ ...moved, connections: 1 })).toContain('; 1 connection went on on lb1');
  expect(printMoved({ ...moved, from: undefined })).toBe('vip1 (192.0.2.1) is on lb2');
  const already = { ...moved, from: undefined, already: true };
  expect(printMoved(already)).toBe('vip1 (192.0.2.1) is on lb2 already, and stays there');
});

test('a move says what a person should know beside it', () => {
  expect(printMoved({ ...moved, connections: undefined })).toContain('; lb1 does not answer any more');
  expect(printMoved({ ...moved, watchEnded: true })).toContain('\nlb2 had just returned and is watched no longer');
  expect(printMoved({ ...moved, untold: ['lb1'] })).toContain(
    '\nlb1 did not answer and may claim vip1 by an earlier move; evenkeel move vip1 lb2 again when it does',
  );
});

test('a drain says which connections there were, ended and are left', () => {
  const drained = { balancer: 'lb1', moved: [moved], connectionsFound: 0, connectionsEnded: 0, connections: 0 };
  expect(printDrained(drained).split('\n')).toHaveLength(3);
  expect(printDrained(drained)).toContain('until evenkeel undrain lb1\nit had no connections');
  const ended = { ...drained, connectionsFound: 5, connectionsEnded: 5 };
  expect(printDrained(ended)).toContain('\nit had 5 connections: all ended');
  const left = { ...drained, connectionsFound: 5, connectionsEnded: 2, connections: 3 };
  expect(printDrained(left)).toContain(
    '\nit had 5 connections: 2 ended, 3 are still open; to wait for them: evenkeel drain lb1',
  );
});

test('an undrain says what the balancer holds, and what it does not and why', () => {
  const undrained = { balancer: 'lb1', wasDrained: true, holds: [], elsewhere: [] };
  expect(printUndrained(undrained)).toBe('lb1 is in service and holds no VIP');
  expect(printUndrained({ ...undrained, holds: ['vip1', 'vip2'] })).toContain('vip1, vip2');
  expect(printUndrained({ ...undrained, wasDrained: false })).toContain('lb1 was not drained: nothing was changed');
  expect(printUndrained({ ...undrained, elsewhere: [{ vip: 'vip1', on: 'lb2' }] })).toContain(
    '\nvip1 stays on lb2, to which it was moved; to bring it home: evenkeel move vip1 lb1',
  );
});

test('a backend says who sends it nothing, and who does not know', () => {
  const drained: DrainedBackend = {
    backend: 'web1',
    does: 'drain',
    pools: ['web'],
    before: [],
    also: [],
    told: ['lb1'],
    silent: [{ balancer: 'lb2', why: 'no route' }],
  };
  expect(printDrainedBackend(drained).split('\n')).toEqual([
    'web1 gets no new clients from lb1',
    'lb2 was not told: no route; evenkeel drain web1 again later',
  ]);
  const well = { ...drained, silent: [], told: ['lb1', 'lb2'] };
  expect(printDrainedBackend({ ...well, pools: ['web', 'api'] })).toBe(
    'web1 gets no new clients in the pools web, api from lb1, lb2',
  );
  expect(printDrainedBackend({ ...well, before: ['lb1', 'lb2'] })).toContain(', as before');
  expect(printDrainedBackend({ ...well, does: 'undrain', also: ['web1:80'] }).split('\n')).toEqual([
    'web1 was not drained on lb1, lb2: nothing was changed',
    'web1:80 is drained by that name still: evenkeel undrain web1:80',
  ]);
});
