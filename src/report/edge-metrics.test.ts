import { describe, expect, test } from 'vitest';
import { exampleModel } from '../../test/kit/example-model.ts';
import { agentSample, checksSample, statisticsSample } from '../../test/kit/metrics-sample.ts';
import { readPrometheus } from '../../test/kit/read-prometheus.ts';
import { parseBackendChecks } from '../facts/backend-checks.ts';
import type { HostMetrics } from '../facts/host-metrics.ts';
import { parsePowerdnsStatistics } from '../facts/powerdns-statistics.ts';
import { edgeMetrics, type EdgeReading } from './edge-metrics.ts';
import { type DrillRow, emptyView, topologyOf, type EdgeView } from './edge-view.ts';
import { metrics } from './metric-catalogue.ts';
import { printPrometheus } from './prometheus-text.ts';

const hosts: readonly HostMetrics[] = [
  {
    host: 'lb1',
    kind: 'balancer',
    agent: agentSample(),
    checks: parseBackendChecks(checksSample),
    powerdns: undefined,
  },
  { host: 'lb2', kind: 'balancer', agent: undefined, checks: [], powerdns: undefined },
  {
    host: 'dns1',
    kind: 'nameserver',
    agent: agentSample({ nginx: undefined, vips: [], verdicts: [] }),
    checks: [],
    powerdns: parsePowerdnsStatistics(statisticsSample),
  },
  { host: 'dns2', kind: 'nameserver', agent: undefined, checks: [], powerdns: undefined },
];

const view: EdgeView = {
  ...emptyView,
  look: [{ key: 'look', state: 'fresh', at: '2026-11-29T12:00:00.000Z', ms: 450 }],
  holdings: [
    {
      key: 'vip1',
      addresses: ['192.168.10.100'],
      preferred: 'lb1',
      holders: ['lb1'],
      silent: [],
      since: '2026-11-29T11:00:00.000Z',
    },
    {
      key: 'vip2',
      addresses: ['192.168.10.200'],
      preferred: 'lb2',
      holders: [],
      silent: ['lb2'],
      since: '2026-11-29T11:59:00.000Z',
    },
  ],
  problems: [
    {
      key: 'host-silent lb2',
      code: 'host-silent',
      severity: 'error',
      subject: 'lb2',
      message: 'it is silent',
      next: 'look at it',
      since: '2026-11-29T11:59:00.000Z',
    },
    {
      key: 'host-silent dns2',
      code: 'host-silent',
      severity: 'error',
      subject: 'dns2',
      message: 'it is silent',
      next: 'look at it',
      since: '2026-11-29T11:59:00.000Z',
    },
  ],
  drills: [
    { key: '1', startedAt: '2026-11-28T10:00:00.000Z', verdict: 'broken', faults: 3 },
    { key: '2', startedAt: '2026-11-29T10:00:00.000Z', verdict: 'kept', faults: 3 },
  ],
  pending: [
    {
      key: 'pending',
      state: 'changes',
      hosts: ['lb1', 'web1'],
      counts: [
        { host: 'lb1', changes: 3, drifted: 1 },
        { host: 'lb2', changes: 0, drifted: 0 },
        { host: 'web1', changes: 2, drifted: 0 },
      ],
      text: '',
    },
  ],
  applies: [
    {
      key: 'lb1',
      at: '2026-11-29T09:00:00.000Z',
      result: 'done',
      note: '',
      done: { at: '2026-11-29T09:00:00.000Z', generation: 'aa11' },
    },
    {
      key: 'lb2',
      at: '2026-11-29T09:00:00.000Z',
      result: 'not-done',
      note: 'lb2 does not answer',
      done: { at: '2026-11-28T09:00:00.000Z', generation: '99ff' },
    },
    { key: 'web1', at: '2026-11-29T09:00:00.000Z', result: 'undo-failed', note: 'web1 is gone' },
  ],
};

const reading: EdgeReading = {
  version: '1.2.3',
  topology: topologyOf(exampleModel(), 'lab'),
  view,
  events: [{ kind: 'holder', severity: 'error', count: 2 }],
  hosts: { at: 1_795_911_301, seconds: 0.25, metrics: hosts },
  process: { cpuSeconds: 3, residentBytes: 90_000_000, startedAt: 1_795_900_000 },
};

/** `name{labels}` -> value. */
function read(changes: Partial<EdgeReading> = {}): ReadonlyMap<string, number> {
  const families = readPrometheus(printPrometheus(edgeMetrics({ ...reading, ...changes })));
  return new Map(
    families.flatMap(({ samples }) =>
      samples.map(({ name, labels, value }) => [`${name} ${Object.values(labels).join(' ')}`.trim(), value] as const),
    ),
  );
}

describe('what one scrape tells', () => {
  test('who holds what: nobody is a value of its own', () => {
    const found = read();
    expect(found.get('evenkeel_vip_holders vip1')).toBe(1);
    expect(found.get('evenkeel_vip_holders vip2')).toBe(0);
    expect(found.get('evenkeel_vip_holder vip1 lb1')).toBe(1);
    expect(found.get('evenkeel_vip_holder vip1 lb2')).toBe(0);
    expect(found.get('evenkeel_vip_on_preferred vip2')).toBe(0);
    expect(found.get('evenkeel_vip_since_timestamp_seconds vip1')).toBe(Date.parse('2026-11-29T11:00:00Z') / 1000);
  });

  test('problems by their code, the last drill, what is pending', () => {
    const found = read();
    expect(found.get('evenkeel_problems host-silent error')).toBe(2);
    expect(found.get('evenkeel_drill_last_passed')).toBe(1);
    expect(found.get('evenkeel_plan_pending_hosts')).toBe(2);
    expect(found.get('evenkeel_look_fresh')).toBe(1);
    expect(found.get('evenkeel_look_duration_seconds')).toBe(0.45);
    expect(found.get('evenkeel_events_total holder error')).toBe(2);
    expect(found.get('evenkeel_history_kept')).toBe(1);
  });

  describe('of the last drill', () => {
    const drill = (day: number, verdict: string, place?: 'lab' | 'real'): DrillRow => ({
      key: String(day),
      ...(place === undefined ? {} : { place }),
      startedAt: `2026-11-${day}T10:00:00.000Z`,
      verdict,
      faults: 1,
    });

    test.each([
      { last: 'kept here', drills: [drill(20, 'broken'), drill(21, 'kept', 'real')], passed: 1, day: 21 },
      { last: 'broken here', drills: [drill(20, 'kept'), drill(21, 'broken', 'real')], passed: 0, day: 21 },
      { last: 'held in a lab', drills: [drill(20, 'kept', 'real'), drill(21, 'broken', 'lab')], passed: 1, day: 20 },
      { last: 'not judged', drills: [drill(20, 'kept', 'real'), drill(21, 'not-judged', 'real')], passed: 1, day: 20 },
      { last: 'not run', drills: [drill(20, 'broken', 'real'), drill(21, 'not-run', 'real')], passed: 0, day: 20 },
    ])('when the newest was $last', ({ drills, passed, day }) => {
      const found = read({ topology: topologyOf(exampleModel(), 'real'), view: { ...view, drills } });
      expect(found.get('evenkeel_drill_last_passed')).toBe(passed);
      expect(found.get('evenkeel_drill_last_timestamp_seconds')).toBe(Date.parse(`2026-11-${day}T10:00:00Z`) / 1000);
    });

    test('nothing is said when none could be judged here', () => {
      const drills = [drill(20, 'broken', 'lab'), drill(21, 'not-judged', 'real'), drill(22, 'not-run', 'real')];
      const found = read({ topology: topologyOf(exampleModel(), 'real'), view: { ...view, drills } });
      expect([...found.keys()].filter((key) => key.startsWith('evenkeel_drill'))).toEqual([]);
    });
  });

  test('the last apply of each host, and what is pending there', () => {
    const found = read();
    const seconds = (at: string): number => Date.parse(at) / 1000;
    expect(found.get('evenkeel_plan_changes lb1')).toBe(3);
    expect(found.get('evenkeel_plan_changes lb2')).toBe(0);
    expect(found.get('evenkeel_plan_drifted_files lb1')).toBe(1);
    expect(found.get('evenkeel_apply_last_timestamp_seconds lb2')).toBe(seconds('2026-11-29T09:00:00Z'));
    expect(found.get('evenkeel_apply_last_succeeded lb1')).toBe(1);
    expect(found.get('evenkeel_apply_last_succeeded lb2')).toBe(0);
    expect(found.get('evenkeel_apply_last_succeeded web1')).toBe(0);
    expect(found.get('evenkeel_apply_last_success_timestamp_seconds lb2')).toBe(seconds('2026-11-28T09:00:00Z'));
    expect(found.get('evenkeel_apply_info lb2 99ff')).toBe(1);
    expect([...found.keys()].filter((key) => /evenkeel_apply_(info|last_success_timestamp\w+) web1/.test(key))).toEqual(
      [],
    );
  });

  test('what a balancer counted', () => {
    const found = read();
    expect(found.get('evenkeel_site_requests_total lb1 devops.com 2xx')).toBe(100);
    expect(found.get('evenkeel_site_request_duration_seconds_bucket lb1 devops.com 0.005')).toBe(100);
    expect(found.get('evenkeel_site_request_duration_seconds_bucket lb1 devops.com +Inf')).toBe(100);
    expect(found.get('evenkeel_backend_requests_total lb1 web web2:80 5xx')).toBe(2);
    expect(found.get('evenkeel_backend_up lb1 web web2:80')).toBe(0);
    expect(found.has('evenkeel_backend_up lb1 web web3:80')).toBe(false);
    expect(found.get('evenkeel_nginx_connections_dropped_total lb1')).toBe(1);
    expect(found.get('evenkeel_nginx_workers lb1 old')).toBe(1);
    expect(found.get('evenkeel_nginx_tls_handshakes_total lb1 resumed')).toBe(30);
    expect(found.get('evenkeel_vrrp_transitions_total lb1 vip1')).toBe(3);
    expect(found.has('evenkeel_vrrp_last_transition_timestamp_seconds lb1 vip2')).toBe(false);
    expect(found.get('evenkeel_balancer_verdict lb1 drained')).toBe(1);
  });

  test('what a nameserver counted', () => {
    const found = read();
    expect(found.get('evenkeel_dns_queries_total dns1 udp')).toBe(96);
    expect(found.get('evenkeel_dns_failures_total dns1 servfail')).toBe(2);
    expect(found.get('evenkeel_dns_cache_lookups_total dns1 hit')).toBe(70);
  });

  test('a host that is silent says so, and has no other series', () => {
    const found = read();
    expect(found.get('evenkeel_agent_up lb2')).toBe(0);
    expect(found.get('evenkeel_nginx_up lb2')).toBe(0);
    expect(found.get('evenkeel_powerdns_up dns2')).toBe(0);
    expect([...found.keys()].filter((key) => key.endsWith(' lb2') && key.startsWith('evenkeel_agent'))).toEqual([
      'evenkeel_agent_up lb2',
    ]);
  });

  test('before anything was seen there is no value that looks like one', () => {
    const found = read({ view: emptyView, hosts: undefined, events: [] });
    expect(found.get('evenkeel_look_fresh')).toBe(0);
    expect(found.get('evenkeel_build_info devops 1.2.3')).toBe(1);
    for (const name of ['evenkeel_vip_holders', 'evenkeel_plan_pending_hosts', 'evenkeel_drill_last_passed']) {
      expect([...found.keys()].filter((key) => key.startsWith(name))).toEqual([]);
    }
  });

  test('how far the turns are; where each look asks for all, nothing is missing', () => {
    const [look] = view.look;
    if (look === undefined) throw new Error('there is a look');
    const turns = { sites: { all: 1000, asked: ['devops.com'], notYet: 980, oldestMs: 4_500 } };
    const found = read({ view: { ...view, look: [{ ...look, turns }] } });
    expect(found.get('evenkeel_not_asked_yet sites')).toBe(980);
    expect(found.get('evenkeel_oldest_answer_age_seconds sites')).toBe(4.5);
    expect(found.get('evenkeel_not_asked_yet names')).toBe(0);
    expect(read().get('evenkeel_not_asked_yet sites')).toBe(0);
    const before = read({ view: emptyView });
    expect([...before.keys()].filter((key) => /not_asked_yet|oldest_answer/.test(key))).toEqual([]);
  });

  test('every family is one of the catalogue, in its order, with its labels', () => {
    const order = Object.values(metrics).map(({ name }) => name);
    const families = edgeMetrics(reading);
    const names = families.map(({ metric }) => metric.name);
    expect(names).toEqual(names.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)));
    expect(names.toSorted()).toEqual(order.toSorted());
    for (const { metric, samples } of families) {
      for (const { labels } of samples) expect(Object.keys(labels).toSorted()).toEqual(metric.labels.toSorted());
    }
  });
});

test('names of whatever kind come out as labels, and end nothing', () => {
  const nasty = 'a"} 1\nevil_total{x="\\';
  const [vip1] = view.holdings;
  if (vip1 === undefined) throw new Error('there is a VIP');
  const found = read({ view: { ...view, holdings: [{ ...vip1, key: nasty }] } });
  expect(found.get(`evenkeel_vip_holders ${nasty}`)).toBe(1);
  expect([...found.keys()].filter((key) => key.startsWith('evil'))).toEqual([]);
});
