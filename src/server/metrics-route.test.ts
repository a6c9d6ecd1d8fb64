import { describe, expect, test, vi } from 'vitest';
import { testDashboard, type TestDashboard } from '../../test/kit/dashboard.ts';
import { modelOfSites } from '../../test/kit/example-model.ts';
import { agentSample, nginxSample, siteSample } from '../../test/kit/metrics-sample.ts';
import { readPrometheus } from '../../test/kit/read-prometheus.ts';
import type { ApplyRow } from '../report/edge-view.ts';

const waiting = { timeout: 20_000, interval: 20 };

function bearer({ link }: TestDashboard): { readonly Authorization: string } {
  return { Authorization: `Bearer ${new URL(link).searchParams.get('key') ?? ''}` };
}

/** One value of what is scraped; undefined when it is not there. */
async function scrape(dashboard: TestDashboard, name: string): Promise<number | undefined> {
  const answer = await fetch(`${dashboard.origin}/metrics`, { headers: bearer(dashboard) });
  const samples = readPrometheus(await answer.text()).flatMap((family) => family.samples);
  return samples.find((sample) => `${sample.name} ${Object.values(sample.labels).join(' ')}`.trim() === name)?.value;
}

describe('GET /metrics', () => {
  test('is for whoever may see the page', async () => {
    const dashboard = await testDashboard();
    const { origin, cookie } = dashboard;
    expect((await fetch(`${origin}/metrics`)).status).toBe(401);
    expect((await fetch(`${origin}/metrics`, { headers: { Authorization: 'Bearer wrong' } })).status).toBe(401);
    expect((await fetch(`${origin}/metrics`, { headers: { cookie } })).status).toBe(200);
    const answer = await fetch(`${origin}/metrics`, { headers: bearer(dashboard) });
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('says what hosts counted, and what is seen of the edge', async () => {
    const dashboard = await testDashboard();
    dashboard.become({ metrics: { lb1: agentSample() }, holders: { '192.168.10.100': ['lb2'] } });
    await vi.waitFor(async () => {
      expect(await scrape(dashboard, 'evenkeel_site_requests_total lb1 devops.com 2xx')).toBe(100);
      expect(await scrape(dashboard, 'evenkeel_vip_on_preferred vip1')).toBe(0);
      expect(await scrape(dashboard, 'evenkeel_look_fresh')).toBe(1);
      expect(await scrape(dashboard, 'evenkeel_agent_up lb2')).toBe(0);
    }, waiting);
  });

  test('every site has its series, and how much is not known yet is said', async () => {
    const dashboard = await testDashboard({ model: modelOfSites(45) });
    dashboard.become({ failing: ['s45.devops.com'] });
    await vi.waitFor(async () => {
      expect(await scrape(dashboard, 'evenkeel_not_asked_yet sites')).toBe(0);
      expect(await scrape(dashboard, 'evenkeel_oldest_answer_age_seconds sites')).toBeGreaterThan(0);
      expect(await scrape(dashboard, 'evenkeel_not_asked_yet names')).toBe(0);
      expect(await scrape(dashboard, 'evenkeel_oldest_answer_age_seconds names')).toBe(0);
      expect(await scrape(dashboard, 'evenkeel_site_up s45.devops.com vip2 192.168.10.200')).toBe(0);
      expect(await scrape(dashboard, 'evenkeel_site_up s44.devops.com vip2 192.168.10.200')).toBe(1);
      const end = 'evenkeel_certificate_not_after_timestamp_seconds s45.devops.com';
      for (const place of ['vip1 192.168.10.100', 'vip2 192.168.10.200', 'lb1 127.0.0.1', 'lb2 127.0.0.1']) {
        expect(await scrape(dashboard, `${end} ${place}`)).toBe(Date.parse('2026-12-22T08:54:06Z') / 1000);
      }
    }, waiting);
  });

  test('what an apply did shows with the next look, also when a terminal began it', async () => {
    let applies: readonly ApplyRow[] = [];
    const dashboard = await testDashboard({ applies: () => applies });
    const at = '2026-11-29T12:00:00.000Z';
    expect(await scrape(dashboard, 'evenkeel_apply_last_succeeded lb1')).toBeUndefined();
    applies = [{ key: 'lb1', at, result: 'not-done', note: 'lb1 is gone' }];
    await vi.waitFor(async () => {
      expect(await scrape(dashboard, 'evenkeel_apply_last_succeeded lb1')).toBe(0);
      expect(await scrape(dashboard, 'evenkeel_apply_last_timestamp_seconds lb1')).toBe(Date.parse(at) / 1000);
    }, waiting);
  });

  test('events are counted by their kind', async () => {
    const dashboard = await testDashboard();
    dashboard.become({ stopped: ['lb2 nginx.service'] });
    await vi.waitFor(async () => {
      expect(await scrape(dashboard, 'evenkeel_events_total problem error')).toBeGreaterThan(0);
    }, waiting);
  });
});

describe('the traffic of each balancer', () => {
  test('is on the board once two readings are there, and goes with its balancer', async () => {
    const dashboard = await testDashboard({ trafficEveryMs: 30 });
    const traffic = () => dashboard.running.board.view().traffic;
    let requests = 100;
    let at = agentSample().at;
    await vi.waitFor(() => {
      requests += 20;
      at += 10;
      dashboard.become({
        metrics: { lb1: agentSample({ at, nginx: nginxSample({ sites: [siteSample('devops.com', requests)] }) }) },
      });
      expect(traffic()).toMatchObject([{ key: 'lb1', connections: 5, oldWorkers: 1 }]);
      expect(traffic()[0]?.requestsPerSecond).toBe(2);
    }, waiting);
    dashboard.become({ mute: ['lb1'] });
    await vi.waitFor(() => expect(traffic()).toEqual([]), waiting);
  });
});
