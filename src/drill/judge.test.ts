import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Outage } from '../proof/promise.ts';
import { type Evidence, judge, repairedWithinMs, type StreamEvidence, unnoticedMs, worstVerdict } from './judge.ts';

const bounded: Outage = { kind: 'bounded', ms: 400, terms: [{ what: 'adverts missed', ms: 400 }] };
const stream: StreamEvidence = {
  id: 'vip1',
  promise: bounded,
  longestGapMs: 350,
  baselineGapMs: 25,
  stallMs: 0,
  failedBefore: 0,
  late: { requests: 200, failed: 0 },
  holders: 'one',
  gapAfterRepairMs: 30,
};
const good: Evidence = {
  streams: [stream],
  corrupted: 0,
  lost: { requests: 0, connections: 0 },
  jitter: { p99Ms: 2, worstMs: 9 },
  holders: [{ kind: 'as-wished' }],
  wholeAfterHealMs: 900,
  missing: [],
  disturbances: [],
};
const withStream = (change: Partial<StreamEvidence>): Evidence => ({ ...good, streams: [{ ...stream, ...change }] });

describe('each row of the table', () => {
  test.for([
    { row: 'all is well', evidence: good, verdict: 'kept', reason: undefined },
    { row: 'wrong bytes', evidence: { ...good, corrupted: 1 }, verdict: 'broken', reason: /wrong bytes/ },
    {
      row: 'a planned operation lost a request',
      evidence: { ...good, lost: { requests: 1, connections: 0 } },
      verdict: 'broken',
      reason: /1 request failed and 0 connections broke in a planned operation/,
    },
    {
      row: 'a planned operation lost a connection',
      evidence: { ...good, lost: { requests: 0, connections: 2 } },
      verdict: 'broken',
      reason: /2 connections broke/,
    },
    {
      row: 'other holders',
      evidence: { ...good, holders: [{ kind: 'other', text: 'vip1 is held by nobody, not by lb2' }] },
      verdict: 'broken',
      reason: /at the end of the fault vip1 is held by nobody/,
    },
    {
      row: 'holders not seen',
      evidence: { ...good, holders: [{ kind: 'not-seen', text: 'lb2 did not say' }] },
      verdict: 'not-judged',
      reason: /lb2 did not say/,
    },
    {
      row: 'not whole again',
      evidence: { ...good, wholeAfterHealMs: null, missing: ['vip1 is held by lb2'] },
      verdict: 'broken',
      reason: /after healing: vip1 is held by lb2/,
    },
    { row: 'nothing measured', evidence: { ...good, streams: [] }, verdict: 'not-judged', reason: /no request/ },
    { row: 'just within', evidence: withStream({ longestGapMs: 425 }), verdict: 'kept', reason: undefined },
    {
      row: 'beyond',
      evidence: withStream({ longestGapMs: 426 }),
      verdict: 'broken',
      reason: /426 ms.*400 ms promised/,
    },
    {
      row: 'beyond by a stall',
      evidence: withStream({ longestGapMs: 480, stallMs: 60 }),
      verdict: 'not-judged',
      reason: /this computer itself stood still for 60 ms/,
    },
    {
      row: 'beyond by more than a stall',
      evidence: withStream({ longestGapMs: 480, stallMs: 20 }),
      verdict: 'broken',
      reason: /480 ms/,
    },
    {
      row: 'shorter than a usual pause',
      evidence: withStream({ promise: { ...bounded, ms: 50 }, longestGapMs: 300, baselineGapMs: 150 }),
      verdict: 'not-judged',
      reason: /told apart/,
    },
    {
      row: 'longer than a usual pause',
      evidence: withStream({ promise: { ...bounded, ms: 50 }, longestGapMs: 301, baselineGapMs: 150 }),
      verdict: 'broken',
      reason: /50 ms promised/,
    },
    {
      row: 'pauses as long as the outage',
      evidence: withStream({ longestGapMs: 700, baselineGapMs: 400 }),
      verdict: 'kept',
      reason: undefined,
    },
    {
      row: 'pauses that hide an outage',
      evidence: withStream({ longestGapMs: 700, baselineGapMs: 401 }),
      verdict: 'not-judged',
      reason: /700 ms without.*too long to measure it with/,
    },
    {
      row: 'failures before',
      evidence: withStream({ failedBefore: 2 }),
      verdict: 'not-judged',
      reason: /failed before/,
    },
    {
      row: 'a late probe',
      evidence: { ...good, jitter: { p99Ms: 401, worstMs: 500 } },
      verdict: 'not-judged',
      reason: /late by 401 ms/,
    },
    {
      row: 'nobody notices',
      evidence: withStream({ promise: { kind: 'none' }, longestGapMs: unnoticedMs + 25 }),
      verdict: 'kept',
      reason: undefined,
    },
    {
      row: 'somebody noticed',
      evidence: withStream({ promise: { kind: 'none' }, longestGapMs: unnoticedMs + 26 }),
      verdict: 'broken',
      reason: /none promised/,
    },
    {
      row: 'until repaired',
      evidence: withStream({ promise: { kind: 'until-repaired', why: 'both are off' }, longestGapMs: 9000 }),
      verdict: 'kept',
      reason: undefined,
    },
    {
      row: 'until repaired, and long after',
      evidence: withStream({
        promise: { kind: 'until-repaired', why: 'both are off' },
        gapAfterRepairMs: repairedWithinMs + 1,
      }),
      verdict: 'broken',
      reason: /15001 ms without a success after the repair; it may take 15000 ms/,
    },
    {
      row: 'a tenth fails when the outage should be over',
      evidence: withStream({ longestGapMs: 40, late: { requests: 200, failed: 20 } }),
      verdict: 'broken',
      reason: /20 of 200 requests failed that began after the 400 ms of outage promised/,
    },
    {
      row: 'half fail though nobody should notice',
      evidence: withStream({ promise: { kind: 'none' }, longestGapMs: 40, late: { requests: 200, failed: 100 } }),
      verdict: 'broken',
      reason: /after the 100 ms of outage that nobody notices/,
    },
    {
      row: 'a tenth fails where two hold the VIP',
      evidence: withStream({ longestGapMs: 40, late: { requests: 200, failed: 20 }, holders: 'several' }),
      verdict: 'kept',
      reason: undefined,
    },
    {
      row: 'a quarter fails where two hold the VIP',
      evidence: withStream({ longestGapMs: 40, late: { requests: 200, failed: 50 }, holders: 'several' }),
      verdict: 'broken',
      reason: /50 of 200 requests failed/,
    },
    {
      row: 'single ones fail later',
      evidence: withStream({ longestGapMs: 40, late: { requests: 200, failed: 10 } }),
      verdict: 'kept',
      reason: undefined,
    },
    {
      row: 'one of few fails later',
      evidence: withStream({ longestGapMs: 40, late: { requests: 4, failed: 2 } }),
      verdict: 'kept',
      reason: undefined,
    },
    {
      row: 'until repaired and never whole',
      evidence: {
        ...withStream({ promise: { kind: 'until-repaired', why: 'both are off' }, longestGapMs: 9000 }),
        wholeAfterHealMs: null,
      },
      verdict: 'broken',
      reason: /not as before/,
    },
    {
      row: 'something else broke',
      evidence: { ...withStream({ longestGapMs: 9000 }), disturbances: ['dns2 went off by itself'] },
      verdict: 'not-judged',
      reason: /^dns2/,
    },
    {
      row: 'something else broke, and wrong bytes',
      evidence: { ...good, corrupted: 2, disturbances: ['dns2 went off by itself'] },
      verdict: 'broken',
      reason: /^2 long connections got wrong bytes/,
    },
  ] satisfies readonly { row: string; evidence: Evidence; verdict: string; reason: RegExp | undefined }[])(
    '$row: $verdict',
    ({ evidence, verdict, reason }) => {
      const judged = judge(evidence);
      expect(judged.verdict).toBe(verdict);
      if (reason === undefined) expect(judged.reasons).toEqual([]);
      else expect(judged.reasons.join('\n')).toMatch(reason);
    },
  );
});

test('a longer gap is never judged better', () => {
  const order = ['kept', 'not-judged', 'broken'];
  const rank = (evidence: Evidence): number => order.indexOf(judge(evidence).verdict);
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2000 }),
      fc.integer({ min: 0, max: 2000 }),
      fc.integer({ min: 0, max: 500 }),
      (gap, more, stallMs) => {
        const shorter = rank(withStream({ longestGapMs: gap, stallMs }));
        expect(rank(withStream({ longestGapMs: gap + more, stallMs }))).toBeGreaterThanOrEqual(shorter);
      },
    ),
  );
});

test('a drill is kept only when all of it is', () => {
  expect(worstVerdict(['kept', 'kept'])).toBe('kept');
  expect(worstVerdict(['kept', 'not-run'])).toBe('not-run');
  expect(worstVerdict(['not-run', 'not-judged', 'kept'])).toBe('not-judged');
  expect(worstVerdict(['broken', 'not-judged'])).toBe('broken');
  expect(worstVerdict([])).toBe('not-run');
});
