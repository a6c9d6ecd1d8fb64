import { Hono } from 'hono';
import { expect, test, vi } from 'vitest';
import { testDashboard, type TestDashboard } from '../../test/kit/dashboard.ts';
import { keptProbe, lastMonth, modelWithTarget, monthBegin, thisMonth } from '../../test/kit/kept-probe.ts';
import { Fault } from '../base/fault.ts';
import { reportPolicy } from '../report/report-style.ts';
import type { ReportSource } from '../store/report-material.ts';
import { addReportRoutes } from './report-routes.ts';

const waiting = { timeout: 20_000, interval: 20 };

function get({ origin, cookie }: TestDashboard, path: string): Promise<Response> {
  return fetch(`${origin}${path}`, { headers: { cookie } });
}

test('nobody who is not known gets figures or reports', async () => {
  const { origin } = await testDashboard();
  for (const path of ['/api/availability', '/reports/month', '/reports/incident?from=1h']) {
    expect([path, (await fetch(`${origin}${path}`)).status]).toEqual([path, 401]);
  }
});

test('the figures of a month, each pair with its target', async () => {
  const dashboard = await testDashboard({ model: modelWithTarget(), probe: keptProbe(monthBegin('last')) });
  const answer: unknown = await (await get(dashboard, `/api/availability?month=${lastMonth()}`)).json();
  expect(answer).toMatchObject({
    month: lastMonth(),
    first: lastMonth(),
    last: thisMonth(),
    probe: 'runs',
    notAsked: 0,
    rows: [
      { vip: 'vip1', site: 'devops.com', slo: 99.9, availability: 95, outageMs: 30_000, verdict: 'met' },
      { vip: 'vip2', site: 'devops.com', slo: 99.9, availability: null, knownMs: 0, verdict: 'unknown' },
    ],
  });
});

test('the figures of months do not mix, whoever asks for which', async () => {
  const dashboard = await testDashboard({ model: modelWithTarget(), probe: keptProbe(monthBegin('last')) });
  for (const month of [lastMonth(), '', lastMonth(), thisMonth()]) {
    const answer: unknown = await (await get(dashboard, `/api/availability?month=${month}`)).json();
    expect(answer).toMatchObject(
      month === lastMonth()
        ? { month, rows: [{ availability: 95 }, { availability: null }] }
        : { month: thisMonth(), rows: [{ availability: null }, { availability: null }] },
    );
  }
});

test('without a probe it says so, and nothing is called available', async () => {
  const dashboard = await testDashboard();
  expect(await (await get(dashboard, '/api/availability')).json()).toMatchObject({
    probe: 'off',
    first: thisMonth(),
    last: thisMonth(),
    rows: [{ availability: null }, { availability: null }],
  });
});

test('an incident report has the timeline, and may use its own style and nothing else', async () => {
  const dashboard = await testDashboard({ model: modelWithTarget(), probe: keptProbe(monthBegin('last')) });
  await vi.waitFor(() => expect(dashboard.running.board.view().holdings.length).toBe(2), waiting);
  dashboard.become({ holders: { '192.168.10.100': ['lb2'] } });
  await vi.waitFor(() => expect(dashboard.running.board.view().holdings[0]?.holders).toEqual(['lb2']), waiting);
  const answer = await get(dashboard, '/reports/incident?from=1h');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(answer.headers.get('content-security-policy')).toBe(`${reportPolicy}; frame-ancestors 'none'`);
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  const page = await answer.text();
  expect(page).toContain('vip1 is held by lb2, before by lb1; it prefers lb1');
});

test('a month report is there as well', async () => {
  const dashboard = await testDashboard({ model: modelWithTarget(), probe: keptProbe(monthBegin('last')) });
  const page = await (await get(dashboard, `/reports/month?month=${lastMonth()}`)).text();
  expect(page).toContain('1 of 2 targets met, 1 unknown');
  expect(page).toContain('95.000 %');
  expect((await get(dashboard, '/reports/month')).status).toBe(200);
});

test.each([
  ['/api/availability?month=2026-13', 'is no month'],
  ['/api/availability?month=9999-01', 'has not begun'],
  ['/reports/month?month=<script>', '<script> is no month'],
  ['/reports/incident', 'nothing is no time'],
  ['/reports/incident?from=1h&to=2h', 'ends before it begins'],
])('%s is refused: %s', async (path, words) => {
  const answer = await get(await testDashboard(), path);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'application/json']);
  expect(await answer.json()).toEqual({ error: expect.stringContaining(words) });
});

test('a history of the probe that can not be used is told in the timeline, and everything else goes on', async () => {
  const dashboard = await testDashboard({
    probe: {
      ...keptProbe(monthBegin('last')),
      open: () => {
        throw new Fault({ code: 'file-unreadable', message: 'the file is damaged', next: 'move it away' });
      },
    },
  });
  const answer: unknown = await (await get(dashboard, '/api/availability')).json();
  expect(answer).toMatchObject({ probe: 'runs', rows: [{ availability: null }, { availability: null }] });
  expect(await (await get(dashboard, '/api/view')).json()).toMatchObject({
    events: expect.arrayContaining([
      expect.objectContaining({
        kind: 'controller',
        severity: 'warning',
        text: 'what the probe sees is not kept: the file is damaged; move it away',
      }),
    ]),
  });
});

test('what changed while no dashboard ran is in the report of the next one', async () => {
  const first = await testDashboard();
  await vi.waitFor(async () => expect(await timelineOf(first)).toContain('the dashboard began to watch'), waiting);
  await first.stop();
  const second = await testDashboard({ historyPath: first.historyPath, faults: { silent: ['lb1'] } });
  await vi.waitFor(async () => {
    const said = await timelineOf(second);
    expect(said.filter((text) => text.startsWith('the dashboard began to watch'))).toHaveLength(2);
  }, waiting);
  const page = await (await get(second, '/reports/incident?from=1h')).text();
  expect(page).toContain('lb2 (it prefers lb1)');
});

test('the same report for several is read once; when too many are asked for at once, some are refused', async () => {
  let read = 0;
  const app = new Hono();
  const source: ReportSource = {
    events: () => [],
    viewAt: () => ((read += 1), undefined),
    watchedUntil: () => undefined,
    operations: () => [],
    spans: () => [],
  };
  const world = {
    model: modelWithTarget(),
    place: 'lab',
    source,
    probeBegin: () => undefined,
    notAsked: undefined,
    now: () => new Date(),
  } as const;
  addReportRoutes(app, world, async (_context, answer) => answer());
  const ask = async (from: string): Promise<Response> => app.request(`/reports/incident?from=${from}`);
  const same = await Promise.all(Array.from({ length: 20 }, async () => ask('1h')));
  expect([read, new Set(same.map(({ status }) => status))]).toEqual([1, new Set([200])]);
  const different = await Promise.all(Array.from({ length: 20 }, async (_, index) => ask(`${index + 2}h`)));
  const refused = different.filter(({ status }) => status === 503);
  expect(different.filter(({ status }) => status === 200).length + refused.length).toBe(20);
  expect([refused.length, refused[0]?.headers.get('Retry-After')]).toEqual([12, '60']);
  expect(await refused[0]?.json()).toEqual({ error: expect.stringContaining('ask again in a minute') });
  expect((await ask('30h')).status).toBe(200);
});

async function timelineOf(dashboard: TestDashboard): Promise<readonly string[]> {
  const { events } = Object(await (await get(dashboard, '/api/events')).json());
  return events.map(({ text }: { readonly text: string }) => text);
}
