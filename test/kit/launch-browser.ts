import { type Browser, chromium } from 'playwright-core';

/** Debian's Chromium without a window. As root it has no sandbox of its own; it opens nothing but our page. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    headless: true,
    args: ['--disable-gpu', '--disable-dev-shm-usage', '--force-color-profile=srgb'],
    chromiumSandbox: process.getuid?.() !== 0,
  });
}
