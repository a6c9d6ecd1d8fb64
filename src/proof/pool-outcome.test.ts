import { expect, test } from 'vitest';
import { exampleModel } from '../../test/kit/example-model.ts';
import type { Pool } from '../model/model.ts';
import { poolOutcome, type BackendDown } from './pool-outcome.ts';

/** A pool of w1, w2, ...; those named in `spare` are backups. */
function pool(count: number, spare: readonly string[] = [], attempts = 2): Pool {
  const [example] = exampleModel().pools;
  if (example === undefined) throw new Error('the example has no pool');
  const [first, ...rest] = Array.from({ length: count }, (_, index) => {
    const name = `w${index + 1}`;
    return { ...example.backends[0], name, backup: spare.includes(name) };
  });
  if (first === undefined) throw new Error('no backend');
  return {
    ...example,
    backends: [first, ...rest],
    timeouts: { connectMs: 2000, readMs: 60_000, sendMs: 60_000 },
    retry: { attempts, withinMs: 5000 },
    check: { ...example.check, windowMs: 10_000 },
  };
}

function outage(of: Pool, down: Readonly<Record<string, BackendDown>>): number | string {
  const outcome = poolOutcome(of, { proxying: 'retrying', down: new Map(Object.entries(down)) }).outage;
  return outcome.kind === 'bounded' ? outcome.ms : outcome.kind;
}

test('spare backends count, and their loss is not noticed while regular ones are up', () => {
  expect(outage(pool(2, ['w2']), { w2: 'silent' })).toBe('none');
  expect(outage(pool(2, ['w2']), { w1: 'refuses' })).toBe(100);
  expect(outage(pool(2, ['w2']), { w1: 'refuses', w2: 'silent' })).toBe('until-repaired');
});

test('each backend without power costs a connect timeout, when retries get past all of them', () => {
  expect(outage(pool(3, [], 3), { w1: 'silent', w2: 'silent' })).toBe(4100);
  expect(outage(pool(3, [], 3), { w1: 'silent', w2: 'refuses' })).toBe(2100);
});

test('retries that end before a backend that is up: until the others are left out', () => {
  expect(outage(pool(3), { w1: 'refuses', w2: 'refuses' })).toBe(10_100);
  expect(outage(pool(2, [], 1), { w1: 'refuses' })).toBe(10_100);
  // 3 x 2 s is beyond the 5 s in which a request may be passed on.
  expect(outage(pool(4, [], 4), { w1: 'silent', w2: 'silent', w3: 'silent' })).toBe(16_100);
});
