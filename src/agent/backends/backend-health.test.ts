import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dampingWindowMs, judgeResult, keptFalls, passesNeeded, unknownHealth } from './backend-health.ts';
import type { BackendHealth } from './backend-health.ts';
import type { CheckResult } from './check-result.ts';

const passed: CheckResult = { kind: 'passed', ms: 1 };
const failed: CheckResult = { kind: 'failed', ms: 1, error: 'refused the connection' };
const skipped: CheckResult = { kind: 'skipped', error: 'this host was held up' };
const rules = { rise: 2, fall: 3 };

function after(results: readonly CheckResult[], start: BackendHealth = unknownHealth(0)): BackendHealth {
  return results.reduce(
    (health, result, index) => judgeResult(health, result, { ...rules, nowMs: index * 1000, wallMs: 5000 + index }),
    start,
  );
}

/** Checks until it is down, then until it is up again; how many good answers the way back took. */
function fallAndRise(
  health: BackendHealth,
  nowMs: number,
): { readonly health: BackendHealth; readonly passes: number } {
  let now = after([failed, failed, failed], health);
  now = { ...now, falls: [...now.falls.slice(0, -1), nowMs] };
  let passes = 0;
  while (now.state === 'down') {
    now = judgeResult(now, passed, { ...rules, nowMs, wallMs: 0 });
    passes += 1;
  }
  return { health: now, passes };
}

describe('judgeResult', () => {
  it('believes the first good answer, and bad ones only in a row', () => {
    expect(after([passed])).toMatchObject({ state: 'up', since: 5000, changes: 1 });
    expect(after([failed, failed])).toMatchObject({ state: 'unknown', failedInRow: 2 });
    expect(after([failed, failed, failed])).toMatchObject({ state: 'down', since: 5002, falls: [2000] });
    expect(after([passed, failed, failed, passed, failed, failed])).toMatchObject({ state: 'up', since: 5000 });
  });

  it('brings a backend back after enough good answers in a row', () => {
    const down = after([failed, failed, failed]);
    expect(after([passed, failed, passed], down)).toMatchObject({ state: 'down', passedInRow: 1 });
    expect(after([passed, passed], down)).toMatchObject({ state: 'up', changes: 2, checks: 5, failures: 3 });
  });

  it('keeps the last error with its time, also after it is over', () => {
    expect(after([passed, failed, passed])).toMatchObject({ lastError: 'refused the connection', lastErrorAt: 5001 });
  });

  it('asks for more and more good answers of a backend that falls again and again, but never for endlessly many', () => {
    let health = after([passed]);
    const passes = Array.from({ length: 9 }, (_, index) => {
      const next = fallAndRise(health, 10_000 + index);
      health = next.health;
      return next.passes;
    });
    expect(passes).toEqual([2, 2, 4, 8, 16, 32, 32, 32, 32]);
    expect(health.falls).toHaveLength(keptFalls);
    expect(passesNeeded(health, 2, 10_100 + dampingWindowMs)).toBe(2);
    expect(passesNeeded(health, 50, 10_100)).toBe(50);
  });

  const result = fc.constantFrom(passed, failed, skipped);

  it('is never moved by a check that this host could not make', () => {
    fc.assert(
      fc.property(fc.array(result, { maxLength: 60 }), (results) => {
        const { state, changes, checks } = after(results);
        expect(after(results.filter((one) => one !== skipped))).toMatchObject({ state, changes, checks });
      }),
    );
  });

  it('ends where enough equal answers lead, wherever it began', () => {
    fc.assert(
      fc.property(fc.array(result, { maxLength: 60 }), (results) => {
        const any = after(results);
        expect(
          after(
            Array.from({ length: 3 }, () => failed),
            any,
          ).state,
        ).toBe('down');
        expect(
          after(
            Array.from({ length: 32 }, () => passed),
            any,
          ).state,
        ).toBe('up');
      }),
    );
  });

  it('is down only after `fall` bad answers in a row, and counts what it did', () => {
    fc.assert(
      fc.property(fc.array(result, { maxLength: 60 }), (results) => {
        let before = unknownHealth(0);
        for (const [index, one] of results.entries()) {
          const next = judgeResult(before, one, { ...rules, nowMs: index, wallMs: index });
          if (next.state === 'down' && before.state !== 'down') expect(next.failedInRow).toBe(rules.fall);
          expect(next.changes - before.changes).toBe(next.state === before.state ? 0 : 1);
          expect(next.checks + next.skipped).toBe(index + 1);
          expect(next.state === 'unknown' ? next.since : 0).toBe(0);
          before = next;
        }
      }),
    );
  });
});
