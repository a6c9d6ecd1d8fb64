import { resolve } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { bundlePage, pageAssets } from '../../src/cli/bundle-page.ts';
import type { Assets } from '../../src/server/assets.ts';
import { type DashboardOptions, testDashboard, type TestDashboard } from './dashboard.ts';
import { launchBrowser } from './launch-browser.ts';

/** Limits for a condition on a computer that has other things to do. */
export const patience = { timeout: 60_000, interval: 50 };

/** What a page may say in its console without a test failing. */
export interface PageOptions extends BrowserContextOptions {
  readonly mayComplain?: RegExp;
}

/** A browser for the tests of one file, and the page's files made once. */
export interface TestBrowser {
  /** The real page's files, for a dashboard that is begun in another way. */
  assets(): Assets;
  /** A dashboard with the real page. */
  dashboard(options?: DashboardOptions): Promise<TestDashboard>;
  /** Its page, open, in a session of its own; a complaint in its console, or a violated policy, fails the test. */
  open(dashboard: TestDashboard, options?: PageOptions): Promise<Page>;
}

/** Starts Debian's Chromium for the tests of this file. Call it at the top of the file. */
export function testBrowser(): TestBrowser {
  let browser: Browser | undefined;
  let assets: Assets | undefined;
  beforeAll(async () => {
    const root = resolve(import.meta.dirname, '../..');
    [browser, assets] = await Promise.all([launchBrowser(), bundlePage(root).then(pageAssets)]);
  });
  afterAll(async () => {
    await browser?.close();
  });
  const made = (): Assets => {
    if (assets === undefined) throw new Error('the page was not made');
    return assets;
  };
  return {
    assets: made,
    dashboard(options) {
      // Looks of an edge in memory cost processor time all the same, and here a browser needs it.
      return testDashboard({ assets: made(), lookEveryMs: 250, ...options });
    },
    async open(dashboard, { mayComplain, ...options } = {}) {
      if (browser === undefined) throw new Error('the browser was not started');
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB', ...options });
      context.setDefaultTimeout(patience.timeout);
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(String(error.stack ?? error)));
      page.on('console', (message) => {
        const text = message.text();
        if (message.type() === 'error' && mayComplain?.test(text) !== true) complaints.push(text);
      });
      onTestFinished(async () => {
        await context.close();
        expect(complaints).toEqual([]);
      });
      await page.goto(dashboard.link);
      return page;
    },
  };
}
