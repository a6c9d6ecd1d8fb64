import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DrillRecord, FailureKind, RequestRecord } from '../facts/drill-records.ts';
import { valueAt, holderCourses } from './changes.ts';
import { drillTimeline } from './drill-timeline.ts';
import type { FaultWatch } from './fault-watch.ts';
import { checkHolders } from './holder-check.ts';
import { jitterWithin, worstStall } from './jitter.ts';
import { differences, lacks } from './lacks.ts';
import { measureConnections, measureStreams, sumFailures } from './measure-streams.ts';
import { wholeAfterFault, wholeAfterHeal } from './whole-moment.ts';

const request = (start: number, end: number, failure?: FailureKind): RequestRecord => ({
  kind: 'request',
  stream: 'vip1',
  start,
  end,
  failure,
  address: '192.168.10.10',
  server: failure === undefined ? 'web1' : '',
});
/** A request every 20 ms. */
const every = (from: number, to: number, failure?: FailureKind): readonly RequestRecord[] =>
  Array.from({ length: Math.ceil((to - from) / 20) }, (_, index) =>
    request(from + index * 20, from + index * 20 + 5, failure),
  );
const holder = (at: number, holders: readonly string[], silent: readonly string[] = []): DrillRecord => ({
  kind: 'holder',
  vip: 'vip1',
  at,
  seen: 'hosts',
  holders,
  silent,
});
/** lb1's NGINX dies at 1000, lb2 serves from 1300 on, healing at 3000, lb1 serves again from 3500 on. */
const watch: FaultWatch = {
  begin: 0,
  fault: { from: 1000, to: 1010 },
  heal: { from: 3000, to: 3100 },
  end: 4000,
  records: [
    ...every(0, 1000),
    ...every(1000, 1300, 'refused'),
    ...every(1300, 4000),
    holder(10, ['lb1']),
    holder(1200, []),
    holder(1250, ['lb2']),
    holder(3500, ['lb1']),
  ],
};

test('a stream: what failed, how, and for how long nothing succeeded', () => {
  expect(measureStreams(watch)).toEqual([
    {
      id: 'vip1',
      requests: 150,
      failed: 15,
      failedBy: { refused: 15 },
      gap: { from: 985, to: 1305 },
      baselineGapMs: 20,
      failedBefore: 0,
    },
  ]);
});

test('requests of each stream add up to all requests after the fault, as a plain count has them', () => {
  const record = fc
    .record({
      stream: fc.constantFrom('vip1', 'vip2', 'by name'),
      start: fc.integer({ min: 0, max: 4000 }),
      ms: fc.integer({ min: 1, max: 600 }),
      failure: fc.option(fc.constantFrom<FailureKind>('refused', 'reset', 'tls'), { nil: undefined }),
    })
    .map(({ stream, start, ms, failure }) => ({ ...request(start, start + ms, failure), stream }));
  fc.assert(
    fc.property(fc.array(record, { maxLength: 60 }), (records) => {
      const measures = measureStreams({ ...watch, records });
      const after = records.filter((one) => one.end > 1000 && one.start <= 4000);
      expect(measures.reduce((sum, one) => sum + one.requests, 0)).toBe(after.length);
      const counts = sumFailures(measures.map((one) => one.failedBy));
      for (const kind of ['refused', 'reset', 'tls'] satisfies FailureKind[]) {
        expect(counts[kind] ?? 0).toBe(after.filter((one) => one.failure === kind).length);
      }
    }),
  );
});

test('only connections that were open after the fault are its victims', () => {
  const open = (start: number, end: number, result: 'whole' | 'broken' | 'corrupt'): DrillRecord => ({
    kind: 'connection',
    stream: 'download',
    start,
    end,
    result,
    failure: undefined,
    address: '',
    server: '',
    bytes: 0,
  });
  const records = [open(0, 900, 'broken'), open(0, 1001, 'broken'), open(10, 3900, 'whole'), open(10, 3900, 'corrupt')];
  expect(measureConnections({ ...watch, records })).toEqual([{ id: 'download', opened: 3, broken: 1, corrupted: 1 }]);
});

test('whole again after the fault: the first success that no failure follows, and one holder', () => {
  expect(wholeAfterFault(watch)).toBe(305);
  const late = [...watch.records, request(1900, 2400, 'no-answer')];
  expect(wholeAfterFault({ ...watch, records: late })).toBe(925);
});

test('not whole before repair: failures to the end, silence, or two holders', () => {
  const failing = [...watch.records, ...every(1300, 3000, 'refused')];
  expect(wholeAfterFault({ ...watch, records: failing })).toBeUndefined();
  const silent = watch.records.filter((one) => one.kind !== 'request' || one.end < 1400 || one.end > 3000);
  expect(wholeAfterFault({ ...watch, records: silent })).toBeUndefined();
  const split = [...watch.records, holder(2000, ['lb1', 'lb2'])];
  expect(wholeAfterFault({ ...watch, records: split })).toBeUndefined();
});

test('requests that succeed late are no failures, and yet nothing was whole meanwhile', () => {
  const slow = [...every(0, 1000), request(1000, 2000), request(1500, 2010), ...every(2000, 4000)];
  expect(wholeAfterFault({ ...watch, records: slow })).toBe(1000);
});

test('whole again after healing: everything as before the fault', () => {
  expect(wholeAfterHeal(watch)).toBe(500);
  expect(wholeAfterHeal({ ...watch, heal: undefined })).toBeUndefined();
  const away = watch.records.filter((one) => one.kind !== 'holder' || one.at < 3000);
  expect(wholeAfterHeal({ ...watch, records: away })).toBeUndefined();
  const unnamed: readonly DrillRecord[] = [
    ...watch.records,
    {
      kind: 'answer',
      nameserver: 'dns1',
      name: 'devops.com',
      at: 500,
      addresses: ['192.168.10.10'],
      failure: undefined,
    },
    { kind: 'answer', nameserver: 'dns1', name: 'devops.com', at: 3600, addresses: [], failure: 'timed out' },
  ];
  expect(wholeAfterHeal({ ...watch, records: unnamed })).toBeUndefined();
  expect(differences(unnamed, 1000, 4000)).toEqual(['dns1 answers nobody for devops.com']);
});

test('what an edge lacks is said', () => {
  const wanted = { streams: ['vip1', 'vip2'], holders: [{ vip: 'vip1', holders: ['lb1'], working: ['lb1'] }] };
  expect(lacks(watch.records, { ...wanted, span: { from: 500, to: 1000 } })).toEqual([
    'no request of "vip2" began and ended in 500 ms',
  ]);
  expect(lacks(watch.records, { ...wanted, span: { from: 1000, to: 1400 } })).toEqual([
    '15 of 20 requests of "vip1" failed (15 refused)',
    'no request of "vip2" began and ended in 400 ms',
    'vip1 is held by lb2, not by lb1',
  ]);
});

test('a silent balancer is not asked for what it holds, unless it should serve', () => {
  const cut = [holder(0, ['lb2'], ['lb1'])];
  expect(checkHolders(cut, { vip: 'vip1', holders: ['lb1', 'lb2'], working: ['lb2'] }, 10).kind).toBe('as-wished');
  expect(checkHolders(cut, { vip: 'vip1', holders: ['lb1'], working: ['lb1'] }, 10)).toEqual({
    kind: 'other',
    text: 'vip1 is held by lb2, not by nobody',
  });
  const mute = [holder(0, [], ['lb1', 'lb2'])];
  // A fault that may have ended by itself: all say who holds it, and it is one of the two.
  const ended = { vip: 'vip1', holders: ['lb2'], working: ['lb2'], or: ['lb1'] };
  const home = [holder(1, ['lb1']), holder(3, ['lb1', 'lb2'])];
  expect([2, 4].map((at) => checkHolders(home, ended, at).kind)).toEqual(['as-wished', 'other']);
  expect(checkHolders(mute, { vip: 'vip1', holders: ['lb2'], working: ['lb2'] }, 10).kind).toBe('not-seen');
  expect(checkHolders([], { vip: 'vip1', holders: ['lb2'], working: ['lb2'] }, 10).kind).toBe('not-seen');
});

test('the timeline keeps only changes, and tells at every moment what all records tell', () => {
  const looked = fc.array(fc.record({ at: fc.integer({ min: 0, max: 4000 }), holders: fc.subarray(['lb1', 'lb2']) }), {
    minLength: 1,
    maxLength: 40,
  });
  fc.assert(
    fc.property(looked, (all) => {
      const once = [...new Map(all.map((one) => [one.at, one])).values()];
      const records = once.map(({ at, holders }) => holder(at, holders));
      const [line] = drillTimeline({ ...watch, records }).holders;
      const changes = line?.changes ?? [];
      for (const [index, change] of changes.entries()) {
        expect(change.holders).not.toEqual(changes[index - 1]?.holders);
      }
      for (const { at, holders } of once) {
        expect(changes.findLast((change) => change.at <= at - 1000)?.holders).toEqual(holders);
      }
    }),
  );
  expect(valueAt(holderCourses(watch.records)[0]?.changes ?? [], 1100)?.value).toEqual(['lb1']);
});

test('points of a timeline name the server that answered', () => {
  const { servers, requests } = drillTimeline({
    ...watch,
    records: [request(980, 985.06), request(1000, 1004, 'refused')],
  });
  expect(servers).toEqual(['unknown', 'web1']);
  expect(requests).toEqual([
    {
      stream: 'vip1',
      points: [
        [-20, 5.1, 1, 1],
        [0, 4, 0, 0],
      ],
    },
  ]);
});

test('jitter: over all ticks of the probe, of which only late ones are written down', () => {
  const stall = (at: number, lateMs: number): DrillRecord => ({ kind: 'stall', of: 'probe', at, lateMs });
  const span = { from: 0, to: 4000 };
  // 800 ticks; the 8 latest are the worst 1 in 100. A stall of 40 ms makes 6 ticks later than 10 ms.
  const seconds = [stall(500, 3), stall(1500, 4)];
  expect(jitterWithin(seconds, span)).toEqual({ p99Ms: 4, worstMs: 4 });
  expect(jitterWithin([...seconds, stall(2100, 40)], span)).toEqual({ p99Ms: 4, worstMs: 40 });
  expect(jitterWithin([...seconds, stall(2100, 40), stall(3000, 40)], span)).toEqual({ p99Ms: 20, worstMs: 40 });
  expect(jitterWithin([], span)).toEqual({ p99Ms: 0, worstMs: 0 });
  expect(worstStall([stall(2100, 40)], { from: 2110, to: 2400 })).toBe(30);
  // The lab's computer may explain an outage; it says nothing about the probe.
  const ofLab: DrillRecord = { kind: 'stall', of: 'lab', at: 2100, lateMs: 40 };
  expect(jitterWithin([...seconds, ofLab], span)).toEqual({ p99Ms: 4, worstMs: 4 });
  expect(worstStall([ofLab], { from: 2110, to: 2400 })).toBe(30);
});
