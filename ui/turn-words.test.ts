import { expect, test } from 'vitest';
import type { AskedInTurns } from '../src/report/edge-status.ts';
import { notYetWords, turnWords } from './turn-words.ts';

const turn: AskedInTurns = { all: 1000, asked: ['a.example', 'b.example'], notYet: 0, oldestMs: 180_000 };

test('where each look asks for all, there is nothing to say', () => {
  expect([turnWords(undefined, 'sites'), notYetWords(undefined, 'sites')]).toEqual([undefined, undefined]);
  expect(turnWords({ names: turn }, 'sites')).toBeUndefined();
});

test('once all had their turn: how many at a time, and how often each', () => {
  expect(turnWords({ sites: turn }, 'sites')).toBe('1,000 sites, 2 asked with each look: each about every 3 min');
  expect(turnWords({ names: turn }, 'names')).toBe(
    '1,000 DNS questions, 2 asked with each look: each about every 3 min',
  );
  expect(notYetWords({ sites: turn }, 'sites')).toBeUndefined();
});

test('of what there is no answer at all, nothing is said of its age', () => {
  expect(turnWords({ names: { ...turn, oldestMs: 0 } }, 'names')).toBe('1,000 DNS questions, 2 asked with each look');
});

test('before that: of how many nothing is known', () => {
  const turns = { sites: { ...turn, notYet: 980 } };
  expect(notYetWords(turns, 'sites')).toBe('980 of 1,000 sites not asked yet');
  expect(turnWords(turns, 'sites')).toBe('980 of 1,000 sites not asked yet, 2 asked with each look');
});
