import { expect, test } from 'vitest';
import type { StoredSession } from '../../store/account-file.ts';
import { isGoodSession, isNewUse, longestSessionMs } from './session-age.ts';

const begun = Date.parse('2026-11-29T12:00:00Z');
const minutes = (count: number): Date => new Date(begun + count * 60_000);
const session = (role: StoredSession['role'], usedAfter: number): StoredSession => ({
  name: 'ann',
  role,
  begunAt: minutes(0).toISOString(),
  usedAt: minutes(usedAfter).toISOString(),
});

test.each([
  ['an operator who just came', 'operator', 0, 0, true],
  ['an operator away for 29 minutes', 'operator', 60, 89, true],
  ['an operator away for 30 minutes', 'operator', 60, 90, false],
  ['an operator who never rested, before 12 hours', 'operator', 719, 719, true],
  ['an operator who never rested, after 12 hours', 'operator', 719, 720, false],
  ['a screen on a wall, after six days', 'viewer', 0, 6 * 24 * 60, true],
  ['a screen on a wall, after a week', 'viewer', 0, 7 * 24 * 60, false],
  ['a clock that went back', 'operator', 60, 10, true],
] as const)('%s', (...[, role, usedAfter, now, good]) => {
  expect(isGoodSession(session(role, usedAfter), minutes(now))).toBe(good);
});

test('a use is written down once a minute', () => {
  expect(isNewUse(session('operator', 0), new Date(begun + 59_999))).toBe(false);
  expect(isNewUse(session('operator', 0), minutes(1))).toBe(true);
});

test('no session is good when the longest has passed', () => {
  for (const role of ['operator', 'viewer'] as const) {
    const last = longestSessionMs / 60_000;
    expect(isGoodSession(session(role, last), minutes(last))).toBe(false);
  }
});
