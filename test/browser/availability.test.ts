import axe from 'axe-core';
import { expect, test, vi } from 'vitest';
import { patience, testBrowser } from '../kit/browser.ts';
import { keptProbe, modelWithTarget, monthBegin } from '../kit/kept-probe.ts';
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

test('a report on a screen, and on a phone in the dark: its policy is kept, nothing is too wide, and axe finds nothing', async () => {
  const dashboard = await browser.dashboard({ model: modelWithTarget(), probe: keptProbe(Date.now() - 3_600_000) });
  const page = await browser.open(dashboard);
  await settled(page);
  await page.goto(`${dashboard.origin}/reports/incident?from=2h`);
  await page.getByRole('heading', { name: 'Timeline' }).waitFor();
  expect(await page.getByRole('img').count()).toBe(1);
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
});
