import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type DashboardOptions, testDashboard, type TestDashboard } from '../../../test/kit/dashboard.ts';
import { modelOfSites } from '../../../test/kit/example-model.ts';
import { certificateFor } from '../../../test/kit/loopback-certificate.ts';
import { webhookServer, type WebhookServer } from '../../../test/kit/webhook-server.ts';
import { Fault } from '../../base/fault.ts';
import { type AlertReceiver, defaultAfterMs } from '../../model/alert-settings.ts';
import type { DrillRow } from '../../report/edge-view.ts';
import { openAlertStore } from '../../store/alert-store.ts';
import type { AlertWorld } from './start-alerts.ts';

const waiting = { timeout: 30_000, interval: 20 };

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'evenkeel-alerts-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
});

function chat(port: number, name = 'chat'): AlertReceiver {
  const url = { kind: 'given', url: `http://127.0.0.1:${port}/${name}` } as const;
  return {
    name,
    severity: 'warning',
    way: { kind: 'webhook', url, header: undefined, ca: undefined, insecure: false },
  };
}

/** Alerts in a hurry. */
function alertsTo(receivers: readonly AlertReceiver[], differs: Partial<AlertWorld> = {}): AlertWorld {
  const afterMs = { ...defaultAfterMs, vip: 100, host: 100, backend: 100, drift: 50, operation: 1, receiver: 1 };
  return {
    settings: { afterMs, repeatMs: 3_600_000, receivers },
    directory,
    openStore: () => openAlertStore(join(directory, 'alerts.db')),
    lockPath: join(directory, 'alerts.lock'),
    complete: (text) => text.replaceAll('evenkeel ', 'bin/evenkeel '),
    times: { groupMs: 100, calmMs: 200, firstRetryMs: 20, longestRetryMs: 50, graceMs: 200 },
    ...differs,
  };
}

async function startWith(alerts: AlertWorld, options: DashboardOptions = {}): Promise<TestDashboard> {
  const dashboard = await testDashboard({ alerts, ...options });
  await vi.waitFor(() => {
    const view = dashboard.running.board.view();
    expect(view.look[0]?.state).toBe('fresh');
    expect(view.holdings).toHaveLength(2);
    expect(view.receivers).toHaveLength(alerts.settings.receivers.length);
  }, waiting);
  return dashboard;
}

/** `began vip-nobody vip1`, one line for each thing a receiver was told. */
function told({ calls }: WebhookServer, path = '/chat'): readonly string[] {
  return calls
    .filter((call) => call.path === path)
    .flatMap(({ body }) => Object(JSON.parse(body)).alerts)
    .map(({ state, key }: { state: string; key: string }) => `${state} ${key}`);
}

/** Asks for a move of vip1 as soon as it is offered. */
async function beginMove({ running, origin, cookie }: TestDashboard): Promise<void> {
  await vi.waitFor(() => expect(running.board.view().operations.length).toBeGreaterThan(0), waiting);
  await fetch(`${origin}/api/operations`, {
    method: 'POST',
    headers: { cookie, 'Evenkeel-Request': '1' },
    body: JSON.stringify({ does: 'move', subject: 'vip1', target: 'lb2', reason: 'kernel' }),
  });
}

const nobody = { holders: { '192.168.10.100': [] } };

describe('a VIP that nobody holds', () => {
  test('reaches a webhook once, with the next command to type, and its end too', async () => {
    const server = await webhookServer();
    const dashboard = await startWith(alertsTo([chat(server.port)]));
    dashboard.become(nobody);
    await vi.waitFor(() => expect(told(server)).toContain('began vip-nobody vip1'), waiting);
    expect(JSON.parse(server.calls[0]?.body ?? '')).toMatchObject({
      version: 1,
      edge: 'devops',
      place: 'lab',
      severity: 'error',
      text: expect.stringContaining('ERROR: nobody holds vip1 192.168.10.100'),
    });
    const about = () => told(server).filter((line) => line.endsWith('vip-nobody vip1'));
    expect(JSON.stringify(server.calls[0]?.body)).toContain('bin/evenkeel status');
    // Each look says it anew, and nobody is told anew.
    const looks = async (count: number): Promise<void> => {
      for (let left = count; left > 0; left -= 1) {
        const at = dashboard.running.board.view().look[0]?.at;
        await vi.waitFor(() => expect(dashboard.running.board.view().look[0]?.at).not.toBe(at), waiting);
      }
    };
    await looks(5);
    expect(about()).toEqual(['began vip-nobody vip1']);
    dashboard.become({});
    await vi.waitFor(() => expect(about()).toEqual(['began vip-nobody vip1', 'over vip-nobody vip1']), waiting);
    await looks(5);
    expect(about()).toHaveLength(2);
    await vi.waitFor(() => expect(dashboard.running.board.view().alerts).toEqual([]), waiting);
    expect(dashboard.running.board.view().receivers).toMatchObject([
      { key: 'chat', state: 'good', waiting: 0, said: 'HTTP 200: ok' },
    ]);
  });

  test('is on the board while it is on, and that somebody was told is in the timeline', async () => {
    const server = await webhookServer();
    const dashboard = await startWith(alertsTo([chat(server.port)]));
    dashboard.become(nobody);
    await vi.waitFor(() => {
      const row = dashboard.running.board.view().alerts.find(({ key }) => key === 'vip-nobody vip1');
      expect(row).toMatchObject({ state: 'told', severity: 'error' });
    }, waiting);
    await vi.waitFor(async () => {
      const answer = await fetch(`${dashboard.origin}/api/events`, { headers: { cookie: dashboard.cookie } });
      expect(await answer.text()).toContain('chat was told: devops (lab): ERROR: nobody holds vip1');
    }, waiting);
  });
});

test('the last of many sites is told when it fails, and when it is over', async () => {
  const server = await webhookServer();
  const alerts = alertsTo([chat(server.port)]);
  const afterMs = { ...alerts.settings.afterMs, site: 100 };
  const hurried = { ...alerts, settings: { ...alerts.settings, afterMs } };
  const dashboard = await startWith(hurried, { model: modelOfSites(45) });
  const about = () => told(server).filter((line) => line.includes('site-failing'));
  dashboard.become({ failing: ['s45.devops.com'] });
  await vi.waitFor(() => expect(about()).toEqual(['began site-failing s45.devops.com']), waiting);
  dashboard.become({});
  await vi.waitFor(() => expect(about()).toHaveLength(2), waiting);
  expect(about()[1]).toBe('over site-failing s45.devops.com');
});

test('a certificate that ends soon is told with the command that renews it, and that it was renewed', async () => {
  const server = await webhookServer();
  const alerts = alertsTo([chat(server.port)]);
  const afterMs = { ...alerts.settings.afterMs, certificate: 100 };
  const dashboard = await startWith({ ...alerts, settings: { ...alerts.settings, afterMs } });
  const about = () => told(server).filter((line) => line.includes('certificate'));
  const { cert } = await certificateFor('devops.com');
  dashboard.become({ certificate: cert });
  await vi.waitFor(() => expect(about()).toEqual(['began certificate-ending devops.com']), waiting);
  expect(JSON.parse(server.calls[0]?.body ?? '')).toMatchObject({
    alerts: [{ kind: 'certificate', next: expect.stringContaining('bin/evenkeel apply') }],
  });
  dashboard.become({});
  await vi.waitFor(() => expect(about()).toHaveLength(2), waiting);
  expect(about()[1]).toBe('over certificate-ending devops.com');
});

describe('over a restart', () => {
  test('nothing is told twice, and what ended meanwhile is told', async () => {
    const server = await webhookServer();
    const alerts = alertsTo([chat(server.port)]);
    const first = await startWith(alerts);
    first.become(nobody);
    await vi.waitFor(() => expect(told(server)).toContain('began vip-nobody vip1'), waiting);
    await first.stop();
    const second = await startWith(alerts, { faults: nobody });
    expect(second.running.board.view().alerts.find(({ key }) => key === 'vip-nobody vip1')).toMatchObject({
      state: 'told',
    });
    second.become({});
    await vi.waitFor(() => expect(told(server)).toContain('over vip-nobody vip1'), waiting);
    expect(told(server).filter((line) => line === 'began vip-nobody vip1')).toHaveLength(1);
  });

  /** A drill that broke its promise here, and will have been before the next dashboard. */
  const broken = (): DrillRow => ({
    key: '5',
    place: 'lab',
    startedAt: new Date().toISOString(),
    verdict: 'broken',
    faults: 1,
  });
  const hurried = (server: WebhookServer): AlertWorld => {
    const alerts = alertsTo([chat(server.port)]);
    const { afterMs } = alerts.settings;
    return { ...alerts, settings: { ...alerts.settings, afterMs: { ...afterMs, drill: 1, operation: 1 } } };
  };
  /** Long enough for each of `hurried` to be told. */
  const longMs = 1_000;

  test('a drill that broke its promise is not told again', async () => {
    const server = await webhookServer();
    const alerts = hurried(server);
    const rows: DrillRow[] = [];
    const drillRecords = { rows: () => [...rows], html: () => undefined };
    const first = await startWith(alerts, { drillRecords });
    rows.push(broken());
    await vi.waitFor(() => expect(told(server)).toEqual(['began drill-failed 5']), waiting);
    await first.stop();
    const second = await startWith(alerts, { drillRecords });
    await pause(longMs);
    expect(told(server)).toEqual(['began drill-failed 5']);
    // A later one is.
    rows.push({ ...broken(), key: '6' });
    await vi.waitFor(() => expect(told(server)).toEqual(['began drill-failed 5', 'began drill-failed 6']), waiting);
    await second.stop();
  });

  test('nor when the history of drills can not be read for a while, before or after it', async () => {
    const server = await webhookServer();
    const alerts = hurried(server);
    const rows: DrillRow[] = [];
    let readable: 'yes' | 'no' = 'yes';
    const drillRecords = { rows: () => (readable === 'yes' ? [...rows] : undefined), html: () => undefined };
    const first = await startWith(alerts, { drillRecords });
    rows.push(broken());
    await vi.waitFor(() => expect(told(server)).toEqual(['began drill-failed 5']), waiting);
    readable = 'no';
    await pause(longMs);
    expect(first.running.board.view().drills.map(({ key }) => key)).toEqual(['5']);
    await first.stop();
    const second = await startWith(alerts, { drillRecords });
    await pause(longMs);
    expect(second.running.board.view().drills).toEqual([]);
    readable = 'yes';
    await vi.waitFor(() => expect(second.running.board.view().drills).toHaveLength(1), waiting);
    await pause(longMs);
    expect(told(server)).toEqual(['began drill-failed 5']);
  });

  test('nor is an operation that failed, when the timeline can not be read for a while', async () => {
    const server = await webhookServer();
    const alerts = hurried(server);
    const run = async () => Promise.reject(new Fault({ code: 'apply-locked', message: 'lb1 is locked', next: 'wait' }));
    const first = await startWith(alerts, { run });
    await beginMove(first);
    await vi.waitFor(() => expect(told(server)).toEqual(['began operation-failed 1']), waiting);
    await first.stop();
    const { historyPath } = first;
    const closed = (): never => {
      throw new Fault({ code: 'file-unreadable', message: 'the timeline is locked', next: 'wait' });
    };
    const second = await startWith(alerts, { historyPath, openHistory: closed });
    await pause(longMs);
    expect(second.running.board.view().work).toEqual([]);
    await second.stop();
    const third = await startWith(alerts, { historyPath });
    expect(third.running.board.view().work).toHaveLength(1);
    await pause(longMs);
    expect(told(server).filter((line) => line === 'began operation-failed 1')).toHaveLength(1);
  });

  test('what could not be sent is sent by the next one', async () => {
    const server = await webhookServer();
    server.answer({ status: 503 });
    const alerts = alertsTo([chat(server.port)]);
    const first = await startWith(alerts);
    first.become(nobody);
    await vi.waitFor(
      () => expect(first.running.board.view().receivers[0]).toMatchObject({ state: 'failing' }),
      waiting,
    );
    await first.stop();
    server.answer({ status: 200 });
    const before = server.calls.length;
    const second = await startWith(alerts);
    await vi.waitFor(() => expect(second.running.board.view().receivers[0]).toMatchObject({ state: 'good' }), waiting);
    expect(server.calls[before]?.headers['evenkeel-id']).toBe(server.calls[0]?.headers['evenkeel-id']);
  });
});

describe('a receiver that fails', () => {
  test('is a problem on the board, an event and an alert to the others, and delays nobody', async () => {
    const [good, bad] = [await webhookServer(), await webhookServer()];
    bad.answer('hang');
    const dashboard = await startWith(alertsTo([chat(bad.port, 'bad'), chat(good.port)]));
    dashboard.become(nobody);
    await vi.waitFor(() => expect(told(good)).toContain('began vip-nobody vip1'), waiting);
    bad.answer({ status: 500, text: 'out of order' });
    // The first try hangs until it is given up; the server lets go of it.
    expect(bad.calls).toHaveLength(1);
    await dashboard.stop();
    const again = await startWith(alertsTo([chat(bad.port, 'bad'), chat(good.port)]));
    await vi.waitFor(() => {
      expect(again.running.board.view().problems).toMatchObject([
        {
          code: 'receiver-failing',
          subject: 'bad',
          severity: 'warning',
          message: expect.stringContaining('out of order'),
        },
      ]);
    }, waiting);
    await vi.waitFor(() => expect(told(good)).toContain('began receiver-failing bad'), waiting);
    bad.answer({ status: 200 });
    await vi.waitFor(() => expect(again.running.board.view().problems).toEqual([]), waiting);
    await vi.waitFor(() => expect(told(good)).toContain('over receiver-failing bad'), waiting);
    expect(told(bad, '/bad').some((line) => line.includes('receiver-failing'))).toBe(false);
    const events = await (await fetch(`${again.origin}/api/events`, { headers: { cookie: again.cookie } })).text();
    expect(events).toContain('the receiver of alerts bad takes no messages: HTTP 500: out of order');
  });

  test('stays a problem though looks find none', async () => {
    const server = await webhookServer();
    server.answer({ status: 500 });
    const dashboard = await startWith(alertsTo([chat(server.port)]));
    dashboard.become(nobody);
    await vi.waitFor(
      () => expect(dashboard.running.board.view().problems.some(({ code }) => code === 'receiver-failing')).toBe(true),
      waiting,
    );
    const { at } = dashboard.running.board.view().look[0] ?? {};
    await vi.waitFor(() => expect(dashboard.running.board.view().look[0]?.at).not.toBe(at), waiting);
    expect(dashboard.running.board.view().problems.some(({ code }) => code === 'receiver-failing')).toBe(true);
  });
});

test('of two dashboards of one edge one sends, and the other takes over', async () => {
  const server = await webhookServer();
  const alerts = alertsTo([chat(server.port)]);
  const first = await startWith(alerts);
  const second = await testDashboard({ alerts, faults: nobody });
  first.become(nobody);
  await vi.waitFor(() => expect(told(server)).toContain('began vip-nobody vip1'), waiting);
  await vi.waitFor(async () => {
    const answer = await fetch(`${second.origin}/api/events`, { headers: { cookie: second.cookie } });
    expect(await answer.text()).toContain('another dashboard of this edge sends its alerts');
  }, waiting);
  await first.stop();
  second.become({});
  await vi.waitFor(() => expect(told(server)).toContain('over vip-nobody vip1'), waiting);
  expect(told(server).filter((line) => line === 'began vip-nobody vip1')).toHaveLength(1);
});

test('drift that a plan shows, and an operation that fails, are told', async () => {
  const server = await webhookServer();
  const dashboard = await startWith(alertsTo([chat(server.port)]), {
    plan: async () => Promise.resolve({ state: 'changes', hosts: ['lb1'], text: 'lb1 (balancer)' }),
    run: async () => Promise.reject(new Fault({ code: 'apply-locked', message: 'lb1 is locked', next: 'wait' })),
  });
  await vi.waitFor(() => expect(told(server)).toContain('began drift edge'), waiting);
  expect(dashboard.running.board.view().pending).toMatchObject([{ state: 'changes', hosts: ['lb1'] }]);
  await beginMove(dashboard);
  await vi.waitFor(() => expect(told(server)).toContain('began operation-failed 1'), waiting);
});

test('while a drill runs nothing is told of the edge; what it left is told after it', async () => {
  const server = await webhookServer();
  const runs = { now: true };
  const dashboard = await startWith(
    alertsTo([chat(server.port)], { drillRuns: async () => Promise.resolve(runs.now) }),
    { faults: nobody },
  );
  const waits = () => dashboard.running.board.view().alerts.filter(({ because }) => because === 'drill');
  await vi.waitFor(() => expect(waits().map(({ key }) => key)).toContain('vip-nobody vip1'), waiting);
  expect(server.calls).toEqual([]);
  runs.now = false;
  await vi.waitFor(() => expect(told(server)).toContain('began vip-nobody vip1'), waiting);
});

test('what can not be kept is told all the same, and that it is not kept too', async () => {
  const server = await webhookServer();
  writeFileSync(join(directory, 'alerts.db'), 'no database, and long enough to be read as one '.repeat(50));
  const dashboard = await startWith(alertsTo([chat(server.port)]));
  dashboard.become(nobody);
  await vi.waitFor(() => expect(told(server)).toContain('began vip-nobody vip1'), waiting);
  const events = await (
    await fetch(`${dashboard.origin}/api/events`, { headers: { cookie: dashboard.cookie } })
  ).text();
  expect(events).toContain('what is told of alerts is not kept: what was told of alerts');
});

test('mail and commands are told too; one that wants errors alone gets no warning', async () => {
  const out = join(directory, 'told');
  const command: AlertReceiver = {
    name: 'page',
    severity: 'error',
    way: { kind: 'command', argv: ['sh', '-c', `cat >> ${out}; echo >> ${out}`] },
  };
  const server = await webhookServer();
  const settings = alertsTo([command, chat(server.port)]);
  const dashboard = await startWith({
    ...settings,
    settings: { ...settings.settings, afterMs: { ...settings.settings.afterMs, preferred: 50 } },
  });
  dashboard.become({ holders: { '192.168.10.100': ['lb2'] } });
  await vi.waitFor(() => expect(told(server)).toContain('began vip-moved vip1'), waiting);
  expect(dashboard.running.board.view().receivers[0]).toMatchObject({ key: 'page', state: 'untried', waiting: 0 });
  dashboard.become(nobody);
  await vi.waitFor(() => expect(dashboard.running.board.view().receivers[0]).toMatchObject({ state: 'good' }), waiting);
});

test('without receivers nothing is watched, and nothing is kept', async () => {
  const dashboard = await testDashboard({
    alerts: alertsTo([], {
      openStore: () => {
        throw new Error('nobody asked for it');
      },
    }),
  });
  dashboard.become(nobody);
  await vi.waitFor(() => expect(dashboard.running.board.view().problems.length).toBeGreaterThan(0), waiting);
  expect(dashboard.running.board.view().alerts).toEqual([]);
});
