import { failureKinds } from '../../src/facts/drill-records.ts';
import type { FailureKind } from '../../src/facts/drill-records.ts';
import type {
  ConnectionResult,
  DrillReport,
  DrillTimeline,
  FaultResult,
  StreamResult,
  Verdict,
} from '../../src/facts/drill-report.ts';
import { answers, backends, begin, holders } from './drill-states-sample.ts';

/** What a made-up drill of one fault looks like. Milliseconds from the fault. */
export interface SampleFault {
  readonly name: string;
  readonly title: string;
  readonly verdict: Verdict;
  readonly reasons?: readonly string[];
  /** Longest time without a success of the stream to vip1; 0: nobody notices; null: until healed. */
  readonly gapMs: number | null;
  readonly promiseMs: number | null;
  readonly promiseTerms?: FaultResult['promiseTerms'];
  readonly failsAs?: FailureKind;
  readonly breaks?: number;
  /** Who holds vip1 while the fault lasts. */
  readonly holders?: readonly string[];
  readonly dnsAnswers?: 'both' | 'without-vip1' | 'silent';
  readonly backendDown?: boolean;
}

const noticed = { what: 'NGINX noticed dead', ms: 100 };
const takeOver = { what: 'taking the address over', ms: 50 };

/** Faults as the example's edge has them, with every verdict among them. */
export const sampleFaults: readonly SampleFault[] = [
  {
    name: 'nginx-dead:lb1',
    title: 'all processes of NGINX on lb1 are killed',
    verdict: 'kept',
    gapMs: 142,
    promiseMs: 156,
    promiseTerms: [noticed, { what: 'skew of lb2', ms: 6 }, takeOver],
    failsAs: 'refused',
    breaks: 6,
    holders: ['lb2'],
    dnsAnswers: 'both',
  },
  {
    name: 'nginx-hung:lb1',
    title: 'NGINX on lb1 stands still and answers nobody',
    verdict: 'kept',
    gapMs: 3620,
    promiseMs: 4056,
    promiseTerms: [
      { what: 'three checks, one a second, each up to a second', ms: 4000 },
      { what: 'skew of lb2', ms: 6 },
      takeOver,
    ],
    failsAs: 'no-answer',
    breaks: 6,
    holders: ['lb2'],
    dnsAnswers: 'without-vip1',
  },
  {
    name: 'balancer-off:lb1',
    title: 'lb1 loses power',
    verdict: 'broken',
    gapMs: 412,
    promiseMs: 339,
    promiseTerms: [
      { what: 'three adverts missed', ms: 300 },
      { what: 'skew of lb2', ms: 39 },
    ],
    failsAs: 'connect-timeout',
    breaks: 6,
    holders: ['lb2'],
    dnsAnswers: 'both',
  },
  {
    name: 'partition:lb1=lb2',
    title: 'lb1 and lb2 do not hear each other',
    verdict: 'not-judged',
    reasons: ['the probe was late by 61 ms at worst, which is more than the 20 ms between two requests'],
    gapMs: 48,
    promiseMs: 0,
    breaks: 1,
    holders: ['lb1', 'lb2'],
    dnsAnswers: 'both',
  },
  {
    name: 'backend-dead:web1',
    title: 'the web server on web1 is gone',
    verdict: 'kept',
    gapMs: 0,
    promiseMs: 0,
    dnsAnswers: 'both',
    backendDown: true,
  },
  {
    name: 'nameserver-off:dns1',
    title: 'dns1 loses power',
    verdict: 'kept',
    gapMs: 0,
    promiseMs: 5000,
    promiseTerms: [{ what: 'a resolver waits for the first nameserver', ms: 5000 }],
    dnsAnswers: 'silent',
  },
  {
    name: 'gateway-lost:lan',
    title: 'the router of lan is gone',
    verdict: 'kept',
    gapMs: null,
    promiseMs: null,
    failsAs: 'connect-timeout',
    breaks: 6,
    dnsAnswers: 'silent',
  },
  {
    name: 'link-cut:lb1',
    title: 'the cable of lb1 is pulled',
    verdict: 'not-run',
    reasons: ['this kernel has no bridge: the module "bridge" is missing'],
    gapMs: 0,
    promiseMs: 339,
    promiseTerms: [
      { what: 'three adverts missed', ms: 300 },
      { what: 'skew of lb2', ms: 39 },
    ],
  },
];

/** A made-up report: the same seed gives the same report. */
export function sampleReport(
  options: {
    readonly faults?: readonly SampleFault[];
    /** How often each fault was caused. */
    readonly runs?: number;
    readonly seed?: number;
  } = {},
): DrillReport {
  const { faults = sampleFaults, runs = 1, seed = 7 } = options;
  const random = numbers(seed);
  const results = faults.flatMap((fault) =>
    Array.from({ length: runs }, (_, run) => sampleResult(run === 0 ? fault : varied(fault, random), random)),
  );
  return {
    version: 1,
    edge: 'devops',
    place: 'lab',
    profile: 'evenkeel',
    startedAt: '2026-11-22T10:00:00.000Z',
    endedAt: '2026-11-22T10:09:30.000Z',
    machine: {
      cpus: 2,
      cpu: 'AMD EPYC 7B13',
      memoryMib: 7936,
      kernel: '6.12.41',
      node: '24.21.0',
      evenkeel: '0.1.0',
      daemons: ['keepalived 2.3.3', 'nginx 1.26.3', 'pdns 4.9.7'],
    },
    load: [
      { id: 'vip1', title: 'new TLS connections to vip1, 50 a second' },
      { id: 'vip2', title: 'new TLS connections to vip2, 50 a second' },
      { id: 'by name', title: 'new TLS connections to devops.com through the resolvers, 20 a second' },
      { id: 'vip1 keep-alive', title: '4 clients that keep their connection to vip1, a request each every 100 ms' },
      { id: 'vip1 download', title: '3 downloads of 2 MiB through vip1, 512 KiB a second each' },
      { id: 'vip1 websocket', title: '3 WebSockets through vip1, an echo each every 100 ms' },
    ],
    faults: results,
    verdict: results.every((result) => result.verdict === 'kept') ? 'kept' : 'broken',
  };
}

/** Another run of the same fault: somewhat slower or faster. */
function varied(fault: SampleFault, random: () => number): SampleFault {
  return fault.gapMs === null ? fault : { ...fault, gapMs: fault.gapMs * (0.75 + random() * 0.22) };
}

const shortStreams = [
  { id: 'vip1', everyMs: 20, hit: true },
  { id: 'vip2', everyMs: 20, hit: false },
  { id: 'by name', everyMs: 50, hit: true },
  { id: 'vip1 keep-alive', everyMs: 25, hit: true },
] as const;

type Point = DrillTimeline['requests'][number]['points'][number];

function sampleResult(fault: SampleFault, random: () => number): FaultResult {
  const notRun = fault.verdict === 'not-run';
  const heal = 12_000 + random() * 400;
  const end = heal + 8000;
  const outage = fault.gapMs ?? heal + 300;
  const failure = fault.failsAs ?? 'refused';
  const requests = notRun
    ? []
    : shortStreams.map((stream) => ({
        stream: stream.id,
        points: pointsOf(
          { everyMs: stream.everyMs, end, outage: stream.hit || fault.gapMs === null ? outage : 0 },
          random,
        ),
      }));
  const streams = requests.map(({ stream, points }): StreamResult => streamResult({ stream, points, failure, fault }));
  const breaks = fault.breaks ?? 0;
  const connections = notRun ? [] : longConnections({ end, heal, breaks, outage }, random);
  const sum = (pick: (stream: StreamResult) => number): number =>
    streams.reduce((all, stream) => all + pick(stream), 0);
  const failed = sum((stream) => stream.failed);
  return {
    name: fault.name,
    title: fault.title,
    verdict: fault.verdict,
    reasons: fault.verdict === 'broken' ? streams.flatMap(brokenPromise) : (fault.reasons ?? []),
    requests: sum((stream) => stream.requests),
    failed,
    failedBy: failedBy(failed, failure),
    longestGapMs: Math.max(0, ...streams.map((stream) => stream.longestGapMs)),
    brokenConnections: connections.filter((connection) => connection.result !== 'whole').length,
    promiseMs: fault.promiseMs,
    promiseTerms: fault.promiseTerms ?? [],
    streams,
    connections: notRun ? [] : connectionResults(connections),
    wholeAfterFaultMs: notRun || fault.gapMs === null ? null : outage + 30,
    wholeAfterHealMs: notRun ? null : 3400 + random() * 300,
    jitter: { p99Ms: 1.8, worstMs: fault.verdict === 'not-judged' ? 61 : 7.4 },
    moments: {
      begin,
      fault: { from: 0, to: 18 + random() * 10 },
      heal: notRun ? null : { from: heal, to: heal + 240 },
      end: notRun ? 0 : end,
    },
    timeline: {
      servers: ['', 'web1', 'web2'],
      requests,
      connections,
      holders: notRun ? [] : holders(fault, { outage, heal }),
      answers: notRun ? [] : answers(fault, heal),
      backends: notRun ? [] : backends(fault, heal),
    },
  };
}

function brokenPromise({ id, longestGapMs, promiseMs }: StreamResult): readonly string[] {
  if (promiseMs === null || longestGapMs <= promiseMs) return [];
  return [`${id}: ${Math.round(longestGapMs)} ms without a success, ${promiseMs} ms were promised`];
}

function failedBy(failed: number, failure: FailureKind): FaultResult['failedBy'] {
  if (failed === 0) return {};
  const reset = Math.min(2, failed - 1);
  const counts = new Map<FailureKind, number>([[failure, failed - reset]]);
  if (reset > 0) counts.set('reset', reset);
  return Object.fromEntries(failureKinds.flatMap((kind) => (counts.has(kind) ? [[kind, counts.get(kind)]] : [])));
}

function pointsOf(
  { everyMs, end, outage }: { readonly everyMs: number; readonly end: number; readonly outage: number },
  random: () => number,
): readonly Point[] {
  return Array.from({ length: Math.floor((end - begin) / everyMs) }, (_, index): Point => {
    const start = begin + index * everyMs + random();
    const duration = 3 + random() * 6;
    const lost = start > 4 && start < outage - 12;
    const round = (value: number): number => Math.round(value * 10) / 10;
    return lost
      ? [round(start), round(Math.min(1000, 2 + random() * outage)), 0, 0]
      : [round(start), round(duration), 1, 1 + (index % 2)];
  });
}

function streamResult({
  stream,
  points,
  failure,
  fault,
}: {
  readonly stream: string;
  readonly points: readonly Point[];
  readonly failure: FailureKind;
  readonly fault: SampleFault;
}): StreamResult {
  const failed = points.filter((point) => point[2] === 0 && point[0] > 0).length;
  const after = longestGap(points, 0);
  return {
    id: stream,
    requests: points.filter((point) => point[0] > 0).length,
    failed,
    failedBy: failedBy(failed, failure),
    longestGapMs: after.ms,
    gapStart: after.from,
    baselineGapMs: longestGap(
      points.filter((point) => point[0] < 0),
      begin,
    ).ms,
    promiseMs: fault.promiseMs,
  };
}

function longestGap(points: readonly Point[], since: number): { readonly ms: number; readonly from: number } {
  let longest = { ms: 0, from: since };
  let last: number | undefined;
  for (const [start, duration, ok] of points) {
    if (ok === 0) continue;
    const at = start + duration;
    if (last !== undefined && at >= since && at - last > longest.ms) longest = { ms: at - last, from: last };
    last = at;
  }
  return longest;
}

type Connection = DrillTimeline['connections'][number];

function longConnections(
  {
    end,
    heal,
    breaks,
    outage,
  }: { readonly end: number; readonly heal: number; readonly breaks: number; readonly outage: number },
  random: () => number,
): readonly Connection[] {
  const downloads = [0, 1, 2].flatMap((client): readonly Connection[] => {
    const list: Connection[] = [];
    for (let from = begin + client * 300; from < end - 500; from += 4200) {
      const to = Math.min(end, from + 4100);
      if (breaks > client && from < 0 && to > 0) {
        list.push({ stream: 'vip1 download', from, to: 20 + random() * 30, result: 'broken' });
        from = outage - 4100;
      } else list.push({ stream: 'vip1 download', from, to, result: 'whole' });
    }
    return list;
  });
  const sockets = [0, 1, 2].flatMap((client): readonly Connection[] => {
    const stream = 'vip1 websocket';
    const opened = begin + client * 60;
    if (breaks <= 3 + client) return [{ stream, from: opened, to: end, result: 'whole' }];
    const back = heal + 3400 + client * 30;
    return [
      { stream, from: opened, to: 30, result: 'broken' },
      { stream, from: outage + 20, to: back, result: 'broken' },
      { stream, from: back + 40, to: end, result: 'whole' },
    ];
  });
  return [...downloads, ...sockets];
}

function connectionResults(connections: readonly Connection[]): readonly ConnectionResult[] {
  return [...new Set(connections.map((connection) => connection.stream))].map((id) => {
    const own = connections.filter((connection) => connection.stream === id);
    const count = (result: Connection['result']): number =>
      own.filter((connection) => connection.result === result).length;
    return { id, opened: own.length, broken: count('broken'), corrupted: count('corrupt') };
  });
}

/** Numbers from 0 to 1, always the same for a seed (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) % 2 ** 32;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
