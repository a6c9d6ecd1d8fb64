import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Outage } from '../proof/promise.ts';
import { type ConsentCase, judgeConsent, readBudget } from './consent.ts';

const bounded = (ms: number): Outage => ({ kind: 'bounded', ms, terms: [{ what: 'all', ms }] });
const promises = new Map<string, Outage>([
  ['none', { kind: 'none' }],
  ['short', bounded(300)],
  ['long', bounded(4200)],
  ['lasting', { kind: 'until-repaired', why: 'nobody is left' }],
]);
const asked = (names: readonly string[], more: Partial<ConsentCase> = {}): ConsentCase => ({
  faults: names.map((name) => ({ name })),
  promises,
  consent: names,
  budget: { outageMs: 60_000, faults: 10 },
  observationMs: 5000,
  ...more,
});

describe('consent', () => {
  test('for each fault and within the budget lets a drill run, and says what it costs', () => {
    expect(judgeConsent(asked(['none', 'short', 'long', 'short']))).toEqual({ ok: true, value: { outageMs: 4800 } });
  });

  test('counts what lasts until it is repaired, and what has no promise, as long as it is looked at', () => {
    expect(judgeConsent(asked(['lasting', 'of my own']))).toEqual({ ok: true, value: { outageMs: 10_000 } });
  });

  test('that is missing is said all at once, each with what to give', () => {
    const budget = { outageMs: undefined, faults: undefined };
    expect(judgeConsent(asked(['short', 'long'], { consent: ['short', 'lnog'], budget }))).toEqual({
      ok: false,
      error: [
        'long is not consented to: give --consent long',
        '--consent lnog is for a fault that is not asked for',
        'these faults cost up to 4500ms of outage, and no budget is given: give --budget 5s',
        '2 faults would be caused, and no number is allowed: give --max-faults 2',
      ],
    });
  });

  test('is no budget', () => {
    const budget = { outageMs: 4000, faults: 1 };
    expect(judgeConsent(asked(['short', 'long'], { budget }))).toEqual({
      ok: false,
      error: [
        'these faults cost up to 4500ms of outage, and the budget is 4s: drill fewer, or give --budget 5s',
        '2 faults would be caused, and 1 are allowed: drill fewer, or give --max-faults 2',
      ],
    });
  });

  test('judges any drill as it says: every name, the sum, the number', () => {
    const name = fc.constantFrom('none', 'short', 'long', 'lasting', 'of my own');
    const cost: Record<string, number> = { none: 0, short: 300, long: 4200, lasting: 5000, 'of my own': 5000 };
    const limits = fc.record({
      outageMs: fc.option(fc.nat(30_000), { nil: undefined }),
      faults: fc.option(fc.nat(8), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(name), fc.uniqueArray(name), limits, (names, consent, budget) => {
        const sum = names.reduce((total, one) => total + (cost[one] ?? 0), 0);
        const may =
          new Set(names).size === consent.length &&
          names.every((one) => consent.includes(one)) &&
          sum <= (budget.outageMs ?? -1) &&
          names.length <= (budget.faults ?? -1);
        const judged = judgeConsent(asked(names, { consent, budget }));
        expect(judged.ok).toBe(may);
        if (!judged.ok) expect(judged.error.length).toBeGreaterThan(0);
      }),
    );
  });

  test('never shrinks with more budget, and what is proposed is enough', () => {
    const name = fc.constantFrom('none', 'short', 'long', 'lasting');
    fc.assert(
      fc.property(fc.array(name, { minLength: 1 }), (names) => {
        const refused = judgeConsent(asked(names, { consent: [], budget: { outageMs: undefined, faults: undefined } }));
        const words = refused.ok ? [] : refused.error.join(' ');
        const given = (flag: string) => new RegExp(`${flag} (\\S+)`).exec(String(words))?.[1] ?? '';
        const budget = { outageMs: readBudget(given('--budget')), faults: Number(given('--max-faults')) };
        expect(judgeConsent(asked(names, { budget })).ok).toBe(true);
        const more = { outageMs: (budget.outageMs ?? 0) + 1, faults: budget.faults + 1 };
        expect(judgeConsent(asked(names, { budget: more })).ok).toBe(true);
      }),
    );
  });
});

test.each([
  ['30s', 30_000],
  ['500ms', 500],
  ['0s', undefined],
  ['30', undefined],
  ['-1s', undefined],
])('a budget of %s', (text, ms) => {
  expect(readBudget(text)).toBe(ms);
});
