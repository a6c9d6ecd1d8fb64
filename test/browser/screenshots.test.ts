import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test, vi } from 'vitest';
import { Fault } from '../../src/base/fault.ts';
import { auditedHistory } from '../kit/audited-history.ts';
import { patience, testBrowser } from '../kit/browser.ts';
import { wellView } from '../kit/dashboard-tables.ts';
import { exampleModel } from '../kit/example-model.ts';
import { largeDashboard } from '../kit/large-dashboard.ts';
import { rowOf, settled, verdictOf } from './page-parts.ts';

// Pictures for people: nothing is compared, everything is drawn. They lie in a temporary directory.
const browser = testBrowser();
const directory = join(tmpdir(), 'evenkeel-screenshots');
mkdirSync(directory, { recursive: true });

async function shoot(page: Page, name: string): Promise<void> {
  const picture = await page.screenshot({
    path: join(directory, `${name}.png`),
    fullPage: true,
    animations: 'disabled',
  });
  expect(picture.length).toBeGreaterThan(5_000);
}

const traffic = wellView(exampleModel()).traffic;

const looks = [
  ['desk-light', 'light', { width: 1440, height: 900 }],
  ['desk-dark', 'dark', { width: 1440, height: 900 }],
  ['phone', 'light', { width: 320, height: 640 }],
  ['wall', 'light', { width: 3840, height: 2160 }],
] as const;

test('healthy and broken, on every screen', async () => {
  const dashboard = await browser.dashboard({ openHistory: auditedHistory });
  const page = await browser.open(dashboard);
  await settled(page);
  await vi.waitFor(async () => {
    // What the hosts are asked for may come after it, and take it away.
    dashboard.running.board.put({ traffic });
    expect(await rowOf(page, 'Balancers', 'lb1')).toContain('1.0 k');
  }, patience);
  for (const [name, colorScheme, viewport] of looks) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(viewport);
    await shoot(page, `${name}-healthy`);
  }
  dashboard.become({ stopped: ['lb1 nginx.service'], silent: ['dns2'], refusing: ['lb2 192.168.10.32'] });
  await vi.waitFor(async () => expect(await verdictOf(page)).toContain('Not healthy'), patience);
  await vi.waitFor(async () => expect(await rowOf(page, 'VIPs', 'vip1')).toContain('! lb2'), patience);
  const told = { since: new Date().toISOString(), next: 'evenkeel status', state: 'told' } as const;
  dashboard.running.board.put({
    receivers: [{ key: 'pager', way: 'command', state: 'failing', waiting: 2, said: 'no such file' }],
    alerts: [
      { ...told, key: 'a', severity: 'error', message: 'NGINX does not run on lb1' },
      { ...told, key: 'b', severity: 'warning', message: 'vip1 is not on lb1', because: 'a' },
    ],
  });
  await page.getByRole('region', { name: 'Alerts' }).getByText('vip1 is not on lb1').waitFor();
  for (const [name, colorScheme, viewport] of looks) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(viewport);
    await shoot(page, `${name}-broken`);
    // A phone's whole page is too long to be looked at in one picture.
    await page.screenshot({
      path: join(directory, `${name}-top.png`),
      fullPage: true,
      clip: { x: 0, y: 0, width: viewport.width, height: 1500 },
    });
  }
});

test('nothing known, stale, the past, a question', async () => {
  let failure: Error | undefined = new Fault({ code: 'host-unreachable', message: 'no host answers' });
  const dashboard = await browser.dashboard({ lookFails: () => failure });
  const page = await browser.open(dashboard);
  await page.getByText(/could not be asked/).waitFor();
  await shoot(page, 'nothing-known');
  failure = undefined;
  await settled(page);
  dashboard.become({ holders: { '192.168.10.100': [] } });
  await vi.waitFor(async () => expect(await rowOf(page, 'VIPs', 'vip1')).toContain('nobody'), patience);
  await shoot(page, 'nobody');
  dashboard.become({});
  await vi.waitFor(async () => expect(await verdictOf(page)).toBe('✓ Healthy'), patience);
  await page.getByRole('button', { name: 'Move vip1 to lb2' }).click();
  await page.getByRole('dialog').waitFor();
  await page.screenshot({ path: join(directory, 'question.png') });
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Earlier event' }).click();
  await page.getByRole('heading', { name: 'Then' }).waitFor();
  await shoot(page, 'past');
  await page.getByRole('button', { name: 'Back to now' }).click();
  failure = new Fault({ code: 'host-unreachable', message: 'no host answers' });
  await page.getByText(/The hosts can't be asked now/).waitFor();
  await shoot(page, 'stale');
});

test('a hundred hosts', async () => {
  const { model, dashboard } = await largeDashboard(browser);
  const { backends } = wellView(model);
  dashboard.running.board.put({
    backends: backends.map((row, index) => (index % 97 === 0 ? { ...row, up: false, reason: 'refused' } : row)),
  });
  const page = await browser.open(dashboard, { viewport: { width: 1600, height: 1000 } });
  await page.getByText(/^20 VIPs: 20 where they prefer$/).waitFor();
  await shoot(page, 'large');
});
