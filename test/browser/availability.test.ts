import axe from 'axe-core';
import { expect, test, vi } from 'vitest';
import { drillHtml } from '../../src/report/drill-html.ts';
import { findings } from '../kit/axe-findings.ts';
import { patience, testBrowser } from '../kit/browser.ts';
import { sampleReport } from '../kit/drill-report-sample.ts';
import { keptProbe, lastMonth, modelWithTarget, monthBegin, thisMonth } from '../kit/kept-probe.ts';
import { rowOf, settled } from './page-parts.ts';

const browser = testBrowser();

test('this month stands on the page with its targets, and leads to its reports', async () => {
  // In the first minutes of a month its begin lies ahead, and there is nothing to show.
  const from = Math.min(monthBegin('this'), Date.now() - 30 * 60_000);
  const dashboard = await browser.dashboard({ model: modelWithTarget(), probe: keptProbe(from) });
  const page = await browser.open(dashboard);
  await settled(page);
  await vi.waitFor(async () => {
    expect(await rowOf(page, 'Availability', 'devops.com')).toMatch(/vip2\s+unknown\s+\? 99\.9 % unknown/);
  }, patience);
  const section = page.getByRole('region', { name: 'Availability' });
  expect(await section.innerText()).toMatch(/vip1\s+95\.000 %\s+✓ 99\.9 % met\s+30 s\s+4\d min/);
  const [report] = await Promise.all([
    page.waitForEvent('popup'),
    section.getByRole('link', { name: 'month', exact: true }).click(),
  ]);
  await report.getByRole('heading', { name: 'Timeline' }).waitFor();
  expect(await report.getByRole('table').first().innerText()).toContain('95.000 %');
});

test('the month before is reached from the page by the keyboard, with its report, and axe finds nothing', async () => {
  const dashboard = await browser.dashboard({ model: modelWithTarget(), probe: keptProbe(monthBegin('last')) });
  const page = await browser.open(dashboard, { bypassCSP: true });
  await settled(page);
  const section = page.getByRole('region', { name: 'Availability' });
  const month = section.getByRole('status', { name: 'Month of availability' });
  const before = section.getByRole('button', { name: 'Previous month' });
  const after = section.getByRole('button', { name: 'Next month' });
  const disabled = async (): Promise<readonly (string | null)[]> =>
    Promise.all([before, after].map((button) => button.getAttribute('aria-disabled')));
  const shows = async (wanted: string): Promise<void> =>
    vi.waitFor(async () => expect(await month.innerText()).toBe(wanted), patience);

  await shows(thisMonth());
  expect(await disabled()).toEqual(['false', 'true']);
  await before.focus();
  await page.keyboard.press('Enter');
  await shows(lastMonth());
  expect(await section.innerText()).toMatch(/vip1\s+95\.000 %\s+✓ 99\.9 % met/);
  expect(await disabled()).toEqual(['true', 'false']);
  // The focus stays where it is, and one press more leads nowhere.
  await page.keyboard.press('Enter');
  expect(await disabled()).toEqual(['true', 'false']);
  await shows(lastMonth());
  expect(await findings(page)).toEqual([]);

  const [report] = await Promise.all([
    page.waitForEvent('popup'),
    section.getByRole('link', { name: 'month', exact: true }).click(),
  ]);
  await report.getByRole('heading', { name: 'Timeline' }).waitFor();
  expect(report.url()).toContain(`/reports/month?month=${lastMonth()}`);
  await report.close();

  await before.focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await shows(thisMonth());
  expect(await disabled()).toEqual(['false', 'true']);
});

const reports = [
  ['of an incident', '/reports/incident?from=2h', 'Timeline'],
  ['of a month', `/reports/month?month=${thisMonth()}`, 'Timeline'],
  ['of a drill', '/api/drills/7', /^Drill of /],
] as const;

test.each(reports)(
  'a report %s on a screen, and on a phone in the dark: its policy is kept, nothing is too wide, and axe finds nothing',
  async (_, path, name) => {
    const from = Math.max(monthBegin('this'), Date.now() - 3_600_000);
    const drillRecords = { rows: () => [], html: () => drillHtml(sampleReport()) };
    const dashboard = await browser.dashboard({ model: modelWithTarget(), probe: keptProbe(from), drillRecords });
    const page = await browser.open(dashboard);
    await settled(page);
    // A sandbox stops the timers that axe waits for; the rest of the policy stays.
    await page.route(/\/api\/drills\//, async (route) => {
      const response = await route.fetch();
      const policy = response.headers()['content-security-policy'] ?? '';
      const headers = { ...response.headers(), 'content-security-policy': policy.replace('; sandbox', '') };
      await route.fulfill({ response, headers });
    });
    await page.goto(`${dashboard.origin}${path}`);
    await page.getByRole('heading', { name }).waitFor();
    expect(await page.getByRole('img').count()).toBeGreaterThan(0);
    // Where there is no script, axe comes from outside of the page's own world, which the policy does not rule.
    const session = await page.context().newCDPSession(page);
    const { executionContextId } = await session.send('Page.createIsolatedWorld', {
      frameId: (await session.send('Page.getFrameTree')).frameTree.frame.id,
    });
    for (const [colorScheme, viewport] of [
      ['light', { width: 1280, height: 900 }],
      ['dark', { width: 360, height: 740 }],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(viewport);
      expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'), colorScheme).toBe(true);
      const said = await session.send('Runtime.evaluate', {
        contextId: executionContextId,
        awaitPromise: true,
        returnByValue: true,
        expression: `${axe.source};axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
          JSON.stringify(violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ' ' + target))))`,
      });
      expect(said.result.value, colorScheme).toBe('[]');
    }
  },
);
