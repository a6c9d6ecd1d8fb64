import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openOwnCertificate } from '../src/certs/own-certificate.ts';
import { metrics } from '../src/report/metric-catalogue.ts';
import { metricsPage } from '../src/report/metrics-page.ts';
import { secretHash } from '../src/server/accounts/secret-words.ts';
import { accountDashboard } from '../test/kit/account-dashboard.ts';
import { scrapeConfigOf } from '../test/kit/scrape-config.ts';

const root = resolve(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(resolve(root, path), 'utf8');

test('docs/metrics.md is what the code says (node tools/write-generated.ts)', () => {
  expect(read('docs/metrics.md')).toBe(metricsPage());
});

test.each(['monitoring/grafana-dashboard.json', 'monitoring/alert-rules.yaml'])(
  '%s names metrics that exist',
  (path) => {
    const known = new Set(
      Object.values(metrics).flatMap(({ name, kind }) =>
        kind === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
      ),
    );
    const named = [...read(path).matchAll(/\bevenkeel_[a-z0-9_]+\b/g)].map(([name]) => name);
    expect(named.length).toBeGreaterThan(20);
    expect([...new Set(named)].filter((name) => !known.has(name))).toEqual([]);
  },
);

test('each file that the page names is there', () => {
  const named = [...metricsPage().matchAll(/`((?:docs|monitoring)\/[\w./-]+)`/g)].map((match) => match[1] ?? '');
  expect(named.filter((path) => !existsSync(resolve(root, path)))).toEqual([]);
});

test('the page tells Prometheus to come over TLS, with a token that stays, and how one is made', () => {
  expect(scrapeConfigOf(metricsPage())).toMatchObject({
    scheme: 'https',
    authorization: { credentials_file: expect.stringMatching(/^\//) },
    tls_config: { ca_file: expect.stringMatching(/^\//) },
  });
  const commands = [...metricsPage().matchAll(/\bevenkeel (serve token \w+)/g)].map((match) => match[1] ?? '');
  expect(new Set(commands)).toEqual(new Set(['serve token add', 'serve token list', 'serve token remove']));
  for (const command of commands) expect(read('docs/commands.md')).toContain(`\n## evenkeel ${command}\n`);
});

test('so it is let in: by a certificate that signed itself and nothing else to trust, until the token is removed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-scrape-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const tls = await openOwnCertificate(folder, { names: [], addresses: ['127.0.0.1'] }, new Date());
  const { dashboard, accounts } = await accountDashboard({ tls });
  accounts.addToken({ name: 'prometheus', hash: secretHash('t0ken'), createdAt: '2026-11-29T12:00:00.000Z' });
  const scrape = () =>
    new Promise<number | undefined>((settle, fail) => {
      const headers = { Authorization: 'Bearer t0ken' };
      const options = { ca: readFileSync(join(folder, 'chain.pem')), headers, agent: false };
      const sent = request(`https://127.0.0.1:${dashboard.running.port}/metrics`, options);
      sent.on('error', fail).on('response', (answer) => settle(answer.resume().statusCode));
      sent.end();
    });
  expect(await scrape()).toBe(200);
  accounts.removeToken('prometheus');
  expect(await scrape()).toBe(401);
});
