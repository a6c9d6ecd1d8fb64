import { expect, test, vi } from 'vitest';
import { patience, testBrowser } from '../kit/browser.ts';
import { layLine } from '../kit/cut-line.ts';
import { rowOf, settled, verdictOf } from './page-parts.ts';

const browser = testBrowser();
const mayComplain = /ERR_|Failed to load resource/;
const visitor = { name: 'ann', role: 'operator' } as const;

test('a server that is gone is said at once; back, everything is as it says', async () => {
  const first = await browser.dashboard({ visitor });
  const page = await browser.open(first, { mayComplain });
  await settled(page);
  await first.stop();
  const news = page.getByRole('status', { name: 'News of the page' });
  await news.getByText('The dashboard server is not heard').waitFor();
  expect(await verdictOf(page)).toMatch(/^\? .*, when last seen$/);
  // What was seen last stays.
  expect(await rowOf(page, 'VIPs', 'vip1')).toContain('✓ lb1');
  const port = Number(new URL(first.origin).port);
  const again = await browser.dashboard({ visitor, port });
  again.become({ holders: { '192.168.10.100': ['lb2'] } });
  await vi.waitFor(async () => {
    expect(await news.innerText()).toBe('');
    expect(await rowOf(page, 'VIPs', 'vip1')).toContain('! lb2, not lb1');
  }, patience);
});

test('a page that was cut off catches up with all that happened meanwhile', async () => {
  const dashboard = await browser.dashboard();
  const line = await layLine();
  const page = await browser.open(dashboard, { mayComplain, proxy: line.proxy });
  await settled(page);
  line.cut();
  await page.getByText('The dashboard server is not heard').waitFor();
  for (const holder of ['lb2', 'lb1', 'lb2']) {
    dashboard.become({ holders: { '192.168.10.100': [holder] } });
    await vi.waitFor(() => expect(dashboard.running.board.view().holdings[0]?.holders).toEqual([holder]), patience);
  }
  expect(await rowOf(page, 'VIPs', 'vip1')).toContain('✓ lb1');
  line.mend();
  await vi.waitFor(async () => expect(await rowOf(page, 'VIPs', 'vip1')).toContain('! lb2, not lb1'), patience);
  await page.getByLabel('Events shown').selectOption('Moves of VIPs');
  const moves = page.getByRole('region', { name: 'Timeline' }).getByRole('listitem');
  // Each once: what was missed comes, and nothing comes twice.
  await vi.waitFor(async () => expect(await moves.count()).toBe(3), patience);
});

test('a page that slept, as a lid that was closed, shows what is true when it wakes', async () => {
  const dashboard = await browser.dashboard();
  const page = await browser.open(dashboard, { mayComplain });
  await settled(page);
  const session = await page.context().newCDPSession(page);
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  dashboard.become({ silent: ['lb1'] });
  await vi.waitFor(() => expect(dashboard.running.board.view().holdings[0]?.holders).toEqual(['lb2']), patience);
  await session.send('Page.setWebLifecycleState', { state: 'active' });
  await vi.waitFor(async () => expect(await rowOf(page, 'VIPs', 'vip1')).toContain('! lb2, not lb1'), patience);
});

test('a session that ended leads to the way in, not to a page that looks alive', async () => {
  const dashboard = await browser.dashboard();
  const line = await layLine();
  const page = await browser.open(dashboard, { mayComplain, proxy: line.proxy });
  await settled(page);
  await page.context().clearCookies();
  line.cut();
  await page.getByText('The dashboard server is not heard').waitFor();
  line.mend();
  await page.getByRole('heading', { name: 'This page opens with its link' }).waitFor();
});
