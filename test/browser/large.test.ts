import { setImmediate as nextRound } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { openEdgeHistory } from '../../src/store/edge-history.ts';
import { patience, testBrowser } from '../kit/browser.ts';
import { wellView } from '../kit/dashboard-tables.ts';
import { largeDashboard } from '../kit/large-dashboard.ts';
import { rowOf, settled, verdictOf } from './page-parts.ts';

const browser = testBrowser();

test('a hundred hosts and a thousand sites: counted, paged and found', async () => {
  const { model, dashboard } = await largeDashboard(browser);
  const page = await browser.open(dashboard);
  await page.getByText(/^20 VIPs: 20 where they prefer$/).waitFor();
  const sites = page.getByRole('region', { name: 'Sites' });
  await sites.getByText('1–25 of 1000').waitFor();
  await sites.getByRole('button', { name: 'Next Sites' }).click();
  await sites.getByText('26–50 of 1000').waitFor();
  expect(await rowOf(page, 'Sites', 's26.example.com')).toContain('answers 200');
  await page.getByRole('searchbox', { name: 'Find' }).fill('s777.example');
  await vi.waitFor(async () => expect(await rowOf(page, 'Sites', 's777.example.com')).not.toBe(''), patience);
  expect(await sites.getByRole('row').count()).toBe(2);
  // What is wrong comes to the first page by itself.
  await page.getByRole('searchbox', { name: 'Find' }).fill('');
  const view = wellView(model, 1);
  dashboard.running.board.put({
    sites: view.sites.map((row) => (row.name === 's900.example.com' ? { ...row, up: false, status: 502 } : row)),
  });
  await sites.getByRole('button', { name: 'Previous Sites' }).click();
  await vi.waitFor(
    async () => expect(await rowOf(page, 'Sites', 's900.example.com')).toContain('✕ answers 502'),
    patience,
  );
  // The page is drawn in parts: a thousand rows are not a thousand elements.
  expect(await page.evaluate('document.querySelectorAll("*").length')).toBeLessThan(4000);
});

test('nothing is claimed of sites that were not asked yet, and later how old it may be is said', async () => {
  const { model, dashboard } = await largeDashboard(browser);
  const { board } = dashboard.running;
  const page = await browser.open(dashboard);
  const asked = model.sites.slice(0, 20).map(({ name }) => name);
  const put = (notYet: number): void => {
    const turns = { sites: { all: 1000, asked, notYet, oldestMs: 180_000 } };
    board.put({ problems: [], look: [{ key: 'look', state: 'fresh', at: new Date().toISOString(), ms: 900, turns }] });
  };
  const sites = page.getByRole('region', { name: 'Sites' });
  const certificates = page.getByRole('region', { name: 'Certificates' });
  put(980);
  await vi.waitFor(
    async () => expect(await verdictOf(page)).toBe('? Healthy as far as asked: 980 of 1,000 sites not asked yet'),
    patience,
  );
  for (const part of [sites, certificates])
    await part.getByText('980 of 1,000 sites not asked yet, 20 asked with each look').waitFor();
  put(0);
  await vi.waitFor(async () => expect(await verdictOf(page)).toBe('✓ Healthy'), patience);
  const words = '1,000 sites, 20 asked with each look: each about every 3 min';
  for (const part of [sites, certificates]) await part.getByText(words).waitFor();
  await page.getByText(`· ${words}`).waitFor();
});

test('while everything changes, what a person does is heard', async () => {
  const { model, dashboard } = await largeDashboard(browser);
  const page = await browser.open(dashboard);
  await page.getByText(/^20 VIPs: /).waitFor();
  let tick = 0;
  const updates = setInterval(() => {
    tick += 1;
    const { sites, backends, traffic, balancers } = wellView(model, tick);
    dashboard.running.board.put({ sites, backends, traffic, balancers });
  }, 1000);
  try {
    const find = page.getByRole('searchbox', { name: 'Find' });
    for (const wanted of ['s5.example', 's50.example', 's500.example']) {
      await find.fill(wanted);
      await vi.waitFor(async () => expect(await rowOf(page, 'Sites', `${wanted}.com`)).not.toBe(''), patience);
    }
    await vi.waitFor(() => expect(tick).toBeGreaterThan(3), patience);
  } finally {
    clearInterval(updates);
  }
});

test('a browser that is too slow for sixty frames says so, and why', async () => {
  const { model, dashboard } = await largeDashboard(browser);
  const page = await browser.open(dashboard);
  await page.getByText(/^20 VIPs: /).waitFor();
  const footer = page.getByRole('contentinfo');
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 20 });
  let tick = 0;
  await vi.waitFor(async () => {
    tick += 1;
    const { sites, backends, traffic, balancers } = wellView(model, tick);
    dashboard.running.board.put({ sites, backends, traffic, balancers });
    expect(await footer.innerText()).toMatch(
      /needed [\d.]+ m?s to draw \d+ rows that changed at once, and left out frames/,
    );
  }, patience);
});

test('ten thousand events in a minute: the page goes on, the newest are there, and all are kept', async () => {
  const dashboard = await browser.dashboard({ lookEveryMs: 3_600_000 });
  const { board } = dashboard.running;
  const page = await browser.open(dashboard);
  await settled(page);
  const find = page.getByRole('searchbox', { name: 'Find' });
  const told = async (count: number, from: number): Promise<void> => {
    for (let at = from; at < from + count; at += 50) {
      board.tell(
        Array.from({ length: 50 }, (_, index) => {
          const text = `event ${String(at + index).padStart(5, '0')} of a bad minute`;
          const about = { kind: 'controller', severity: 'warning', subject: 'test' } as const;
          return { ...about, at: new Date().toISOString(), text };
        }),
      );
      // A minute would be three of these in a second; these come as fast as the server and the page take them.
      await nextRound();
    }
  };
  await told(5_000, 0);
  // What a person does meanwhile is heard.
  const [, row] = await Promise.all([
    told(5_000, 5_000),
    (async () => {
      await find.fill('vip2');
      await vi.waitFor(async () => expect(await rowOf(page, 'VIPs', 'vip1')).toBe(''), patience);
      return rowOf(page, 'VIPs', 'vip2');
    })(),
  ]);
  expect(row).toContain('lb2');
  await find.fill('bad minute');
  const timeline = page.getByRole('region', { name: 'Timeline' });
  await timeline.getByText('event 09999 of a bad minute').waitFor();
  expect(await timeline.getByRole('listitem').count()).toBeLessThan(1_000);
  // A VIP that moves is seen after all of them.
  await find.fill('');
  dashboard.become({ holders: { '192.168.10.100': ['lb2'] } });
  await vi.waitFor(async () => expect(await rowOf(page, 'VIPs', 'vip1')).toContain('! lb2, not lb1'), patience);
  const history = openEdgeHistory(dashboard.historyPath);
  try {
    const kept = history.events({ limit: 100_000 }).filter(({ text }) => text.endsWith('of a bad minute'));
    expect(new Set(kept.map(({ text }) => text)).size).toBe(10_000);
  } finally {
    history.close();
  }
});
