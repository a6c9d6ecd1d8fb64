import { expect, test } from 'vitest';
import { exampleModel } from '../../test/kit/example-model.ts';
import type { DrillFault } from '../drill/drill-fault.ts';
import { drillFaults, pairFaults } from '../drill/drill-faults.ts';
import { notRun } from '../drill/fault-result.ts';
import type { DrillPromise } from '../drill/stream-promise.ts';
import { proveFaults } from '../proof/prove.ts';
import { drillConsent } from './drill-consent.ts';

const model = exampleModel();
const [dead, other] = ['nginx-dead:lb1', 'nginx-dead:lb2'].map((name) => {
  const fault = drillFaults(model).find((one) => one.name === name);
  if (fault === undefined) throw new Error(`no fault ${name}`);
  return fault;
});
if (dead === undefined || other === undefined) throw new Error('the example has two balancers');

function promiseOf({ expect: expected }: DrillFault): DrillPromise {
  if (expected.kind !== 'proof') throw new Error('a fault of the model');
  return { kind: 'proof', outcome: proveFaults(model, expected.faults) };
}

const consentTo = (budget: number, ...faults: readonly DrillFault[]) =>
  drillConsent(
    { real: true, consent: [...new Set(faults.map(({ name }) => name))], budget, maxFaults: 10 },
    { faults, promiseOf },
  );

/** What a fault has cost. */
const spent = (longestGapMs: number) => ({ ...notRun(dead, promiseOf(dead), []), longestGapMs });

test('two faults at once are refused on real hosts, with consent too', () => {
  const refused = consentTo(60_000, pairFaults(dead, other));
  expect(refused).toEqual({
    ok: false,
    error: ['nginx-dead:lb1+nginx-dead:lb2: two faults at once are never caused on real hosts; drill them in the lab'],
  });
  const lab = drillConsent({ real: false }, { faults: [pairFaults(dead, other)], promiseOf });
  expect(lab.ok).toBe(true);
});

test('a fault must fit into what is left of the budget, and may last no longer than that', async () => {
  const allowed = consentTo(1000, dead, other);
  if (!allowed.ok) throw new Error(allowed.error.join());
  expect(await allowed.value(dead, [])).toEqual({ ok: true, value: { outageMs: 1000 } });
  expect(await allowed.value(other, [spent(700)])).toEqual({ ok: true, value: { outageMs: 300 } });
  // 900 are spent and 207 are promised: 1107 are more than 1000.
  expect(await allowed.value(other, [spent(900)])).toEqual({
    ok: false,
    error: 'of the budget of 1s, 900ms of outage are spent; this fault may cost 207ms more',
  });
});

test('a lab has no budget', async () => {
  const lab = drillConsent({ real: false }, { faults: [dead], promiseOf });
  expect(lab.ok && (await lab.value(dead, [spent(9000)]))).toEqual({ ok: true, value: { outageMs: undefined } });
});
