import { expect, test, vi } from 'vitest';
import { patience, testBrowser } from '../kit/browser.ts';
import { wellView } from '../kit/dashboard-tables.ts';
import { largeDashboard } from '../kit/large-dashboard.ts';
import { rowOf } from './page-parts.ts';

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
