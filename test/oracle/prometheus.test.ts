import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { openOwnCertificate } from '../../src/certs/own-certificate.ts';
import { isObject, objectsOf, textAt } from '../../src/facts/fields.ts';
import { parseBackendChecks } from '../../src/facts/backend-checks.ts';
import { parsePowerdnsStatistics } from '../../src/facts/powerdns-statistics.ts';
import { runLocal } from '../../src/hosts/process.ts';
import { edgeMetrics } from '../../src/report/edge-metrics.ts';
import { emptyView, topologyOf } from '../../src/report/edge-view.ts';
import { metrics } from '../../src/report/metric-catalogue.ts';
import { metricsPage } from '../../src/report/metrics-page.ts';
import { printPrometheus } from '../../src/report/prometheus-text.ts';
import { newSecret, secretHash } from '../../src/server/accounts/secret-words.ts';
import { accountDashboard } from '../kit/account-dashboard.ts';
import { testDashboard } from '../kit/dashboard.ts';
import { exampleModel } from '../kit/example-model.ts';
import { agentSample, checksSample, nginxSample, siteSample, statisticsSample } from '../kit/metrics-sample.ts';
import { alertRulesPath, api, prometheus, query, secretFile, testFolder } from '../kit/prometheus-server.ts';
import { scrapeConfigOf } from '../kit/scrape-config.ts';

const root = resolve(import.meta.dirname, '../..');
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
    const checked = await promtool(['check', 'rules', '--lint=all', '--lint-fatal', alertRulesPath]);
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
    const origin = await prometheus({
      authorization: { credentials_file: secretFile(key) },
      static_configs: [{ targets: [`127.0.0.1:${dashboard.running.port}`] }],
    });

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

  test('reads a dashboard with accounts as docs/metrics.md says', async () => {
    const own = testFolder();
    const tls = await openOwnCertificate(own, { names: [], addresses: ['127.0.0.1'] }, new Date());
    const { dashboard, accounts } = await accountDashboard({ tls });
    const token = newSecret();
    accounts.addToken({ name: 'prometheus', hash: secretHash(token), createdAt: '2026-11-29T12:00:00.000Z' });
    const origin = await prometheus({
      ...scrapeConfigOf(metricsPage()),
      // As `serve token add` leaves it in a file, with its line end.
      authorization: { credentials_file: secretFile(`${token}\n`) },
      tls_config: { ca_file: join(own, 'chain.pem') },
      static_configs: [{ targets: [`127.0.0.1:${dashboard.running.port}`] }],
    });
    await vi.waitFor(async () => {
      expect(await query(origin, 'up{job="evenkeel"}')).toMatchObject([{ value: 1 }]);
      expect(await query(origin, 'sum(evenkeel_vip_holders)')).toMatchObject([{ value: 2 }]);
    }, waiting);
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
