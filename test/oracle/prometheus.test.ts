import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { isObject, objectsOf, textAt } from '../../src/facts/fields.ts';
import { parseBackendChecks } from '../../src/facts/backend-checks.ts';
import { parsePowerdnsStatistics } from '../../src/facts/powerdns-statistics.ts';
import { runLocal } from '../../src/hosts/process.ts';
import { edgeMetrics } from '../../src/report/edge-metrics.ts';
import { emptyView, topologyOf } from '../../src/report/edge-view.ts';
import { metrics } from '../../src/report/metric-catalogue.ts';
import { printPrometheus } from '../../src/report/prometheus-text.ts';
import { testDashboard } from '../kit/dashboard.ts';
import { exampleModel } from '../kit/example-model.ts';
import { freePort } from '../kit/free-port.ts';
import { agentSample, checksSample, nginxSample, siteSample, statisticsSample } from '../kit/metrics-sample.ts';

const root = resolve(import.meta.dirname, '../..');
const rulesPath = join(root, 'monitoring/alert-rules.yaml');
const waiting = { timeout: 120_000, interval: 250 };

async function promtool(words: readonly string[], stdin?: string) {
  const { exitCode, stdout, stderr } = await runLocal({
    argv: ['promtool', ...words],
    timeoutMs: 120_000,
    ...(stdin === undefined ? {} : { stdin }),
  });
  return { exitCode, said: `${stdout}${stderr}` };
}

describe('promtool', () => {
  test('takes the alert rules, and finds in each world the alerts that it should', async () => {
    const checked = await promtool(['check', 'rules', '--lint=all', '--lint-fatal', rulesPath]);
    expect(checked).toMatchObject({ exitCode: 0, said: expect.stringContaining('SUCCESS') });
    const tested = await promtool(['test', 'rules', join(root, 'test/fixtures/prometheus/alert-rules-test.yaml')]);
    expect(tested).toMatchObject({ exitCode: 0, said: expect.stringContaining('SUCCESS') });
  });

  test('finds nothing to say against what is printed, whatever the names are', async () => {
    const nasty = 'a"} 1\nevil{x="\\ \u2028\r \0 \uD800 é';
    const balancer = agentSample({
      nginx: nginxSample({ sites: [siteSample(nasty, 5), siteSample('devops.com', 1)] }),
    });
    const text = printPrometheus(
      edgeMetrics({
        version: '1.2.3',
        topology: topologyOf(exampleModel(), 'real'),
        view: {
          ...emptyView,
          look: [{ key: 'look', state: 'fresh', at: '2026-11-29T12:00:00.000Z', ms: 3 }],
          drills: [{ key: '1', startedAt: '2026-11-29T12:00:00.000Z', verdict: nasty, faults: 1 }],
        },
        events: [{ kind: 'holder', severity: 'good', count: 1 }],
        hosts: {
          at: 1,
          seconds: 0.1,
          metrics: [
            {
              host: nasty,
              kind: 'balancer',
              agent: balancer,
              checks: parseBackendChecks(checksSample),
              powerdns: undefined,
            },
            {
              host: 'dns1',
              kind: 'nameserver',
              agent: undefined,
              checks: [],
              powerdns: parsePowerdnsStatistics(statisticsSample),
            },
          ],
        },
        process: { cpuSeconds: 1, residentBytes: 2, startedAt: 3 },
      }),
    );
    expect(await promtool(['check', 'metrics'], text)).toEqual({ exitCode: 0, said: '' });
  });
});

/** A Prometheus on loopback that scrapes a dashboard each second, until the end of the test. */
async function prometheus(dashboard: { readonly port: number; readonly key: string }): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-prometheus-'));
  writeFileSync(join(folder, 'key'), dashboard.key, { mode: 0o600 });
  // JSON is YAML.
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: [rulesPath],
    scrape_configs: [
      {
        job_name: 'evenkeel',
        authorization: { credentials_file: join(folder, 'key') },
        static_configs: [{ targets: [`127.0.0.1:${dashboard.port}`] }],
      },
    ],
  };
  writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config));
  const listen = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${listen}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
  const ended = new Promise<void>((end) => child.once('exit', () => end()));
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  const origin = `http://${listen}`;
  await vi.waitFor(async () => {
    if (child.exitCode !== null) throw new Error(said);
    expect((await fetch(`${origin}/-/ready`)).status).toBe(200);
  }, waiting);
  return origin;
}

async function api(origin: string, path: string): Promise<unknown> {
  const answer: unknown = await fetch(`${origin}/api/v1/${path}`).then((response) => response.json());
  if (!isObject(answer) || answer['status'] !== 'success') throw new Error(JSON.stringify(answer));
  return answer['data'];
}

/** What an expression gives now: labels and value. */
async function query(origin: string, expression: string) {
  const data = await api(origin, `query?query=${encodeURIComponent(expression)}`);
  const results = isObject(data) ? objectsOf(data['result']) : [];
  return results.map(({ metric, value }) => ({ metric, value: Array.isArray(value) ? Number(value[1]) : Number.NaN }));
}

describe('a real Prometheus', () => {
  test('reads everything, raises an alert when nobody holds a VIP, and knows what the Grafana dashboard asks', async () => {
    const dashboard = await testDashboard();
    const well = {
      metrics: { lb1: agentSample(), lb2: agentSample(), dns1: agentSample({ nginx: undefined }) },
      checks: { lb1: checksSample },
      statistics: { dns1: statisticsSample, dns2: statisticsSample },
    };
    dashboard.become(well);
    const key = new URL(dashboard.link).searchParams.get('key') ?? '';
    const origin = await prometheus({ port: dashboard.running.port, key });

    await vi.waitFor(async () => {
      expect(await query(origin, 'up')).toMatchObject([{ value: 1 }]);
      expect(await query(origin, 'sum(evenkeel_vip_holders)')).toMatchObject([{ value: 2 }]);
      expect(await query(origin, 'evenkeel_site_requests_total{host="lb1",class="2xx"}')).toMatchObject([
        { value: 100 },
      ]);
    }, waiting);
    const kinds = await api(origin, 'metadata?limit=1000');
    const known = isObject(kinds) ? kinds : {};
    const wrong = Object.values(metrics).filter(({ name, kind }) => {
      const [described] = objectsOf(known[name]);
      return described !== undefined && textAt(described, 'type') !== kind;
    });
    expect(wrong).toEqual([]);
    expect(Object.keys(known).filter((name) => name.startsWith('evenkeel_')).length).toBeGreaterThan(40);

    dashboard.become({ ...well, holders: { '192.168.10.100': [] } });
    await vi.waitFor(async () => {
      const data = await api(origin, 'alerts');
      const raised = isObject(data) ? objectsOf(data['alerts']) : [];
      expect(raised).toContainEqual(
        expect.objectContaining({
          labels: expect.objectContaining({ alertname: 'EvenkeelVipHeldByNobody', severity: 'critical', vip: 'vip1' }),
          annotations: { summary: 'Nobody holds vip1', next: 'evenkeel status' },
        }),
      );
    }, waiting);

    for (const expression of dashboardQueries()) await query(origin, expression);
  });
});

/** The queries of the Grafana dashboard, with its variables filled in. */
function dashboardQueries(): readonly string[] {
  const text = readFileSync(join(root, 'monitoring/grafana-dashboard.json'), 'utf8');
  const dashboard: unknown = JSON.parse(text);
  const panels = isObject(dashboard) ? objectsOf(dashboard['panels']) : [];
  const queries = panels.flatMap((panel) => objectsOf(panel['targets']).map((target) => textAt(target, 'expr')));
  expect(queries.length).toBeGreaterThan(20);
  return queries.map((expression) =>
    expression.replaceAll('$__rate_interval', '1m').replaceAll(/\$(host|site)\b/g, '.*'),
  );
}
