import { expect, test } from 'vitest';
import { exampleModel } from '../../test/kit/example-model.ts';
import type { RequestRecord } from '../facts/drill-records.ts';
import type { Outage } from '../proof/promise.ts';
import { faultResult } from './fault-result.ts';
import type { FaultWatch } from './fault-watch.ts';
import { planLoad } from './plan-load.ts';

const model = exampleModel();
const { streams } = planLoad(model, { target: 'site', ca: undefined });

/** A request of vip1 every 20 ms; `fails` says which of them, by its number. */
function requests(from: number, to: number, fails: (index: number) => boolean): readonly RequestRecord[] {
  return Array.from({ length: (to - from) / 20 }, (_, index) => ({
    kind: 'request',
    stream: 'vip1',
    start: from + index * 20,
    end: from + index * 20 + 5,
    failure: fails(index) ? 'status' : undefined,
    address: '192.168.10.100',
    server: fails(index) ? '' : 'web1',
  }));
}

const never = (): boolean => false;

/** A fault at 1000 that is healed at 11,000, watched until 31,000. */
function result(outage: Outage, during: readonly RequestRecord[], after: readonly RequestRecord[]) {
  const watch: FaultWatch = {
    begin: 0,
    fault: { from: 1000, to: 1000 },
    heal: { from: 11_000, to: 11_000 },
    end: 31_000,
    records: [...requests(0, 1000, never), ...during, ...after],
  };
  const fault = { name: 'backend-dead:web1', title: 'web1 is dead' };
  const promise = { kind: 'given', outage } as const;
  return faultResult({ model, fault, promise, streams, watch, missing: [], disturbances: [] });
}

const bounded: Outage = { kind: 'bounded', ms: 100, terms: [{ what: 'the next backend answers', ms: 100 }] };
const well = requests(11_000, 31_000, never);

test('a fault that everybody survives is kept', () => {
  expect(result(bounded, requests(1000, 11_000, never), well)).toMatchObject({ verdict: 'kept', failed: 0 });
});

test('every second request fails until the repair: broken, though no gap is long', () => {
  const half = result(
    bounded,
    requests(1000, 11_000, (index) => index % 2 === 1),
    well,
  );
  expect(half).toMatchObject({ verdict: 'broken', failed: 250, longestGapMs: 40 });
  expect(half.reasons.join()).toMatch(/24\d of 49\d requests failed that began after the 100 ms of outage promised/);
});

test('failures while the promised outage lasts, and single ones after it, are kept', () => {
  const short = requests(1000, 11_000, (index) => index < 3 || index === 300);
  expect(result(bounded, short, well)).toMatchObject({ verdict: 'kept', failed: 4 });
});

test('what may last until it is repaired must be served soon after that', () => {
  const lasting: Outage = { kind: 'until-repaired', why: 'no backend answers' };
  const nobody = requests(1000, 11_000, () => true);
  expect(result(lasting, nobody, well)).toMatchObject({ verdict: 'kept' });
  const slow = requests(11_000, 31_000, (index) => index < 800);
  const late = result(lasting, nobody, slow);
  expect(late.verdict).toBe('broken');
  expect(late.reasons.join()).toContain('without a success after the repair');
});
