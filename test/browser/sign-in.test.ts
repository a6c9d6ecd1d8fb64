import { resolve } from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundlePage, pageAssets } from '../../src/cli/bundle-page.ts';
import type { Assets } from '../../src/server/assets.ts';
import { type AccountDashboard, accountDashboard, testPassword } from '../kit/account-dashboard.ts';
import { testBrowser } from '../kit/browser.ts';

const browser = testBrowser();
let assets: Assets;
beforeAll(async () => {
  assets = pageAssets(await bundlePage(resolve(import.meta.dirname, '../..')));
});

/** The certificate is the test's own, and a browser says of each refusal that it was one. */
const options = { ignoreHTTPSErrors: true, mayComplain: /status of 4\d\d|certificate|ERR_/ };
const heading = { name: 'Sign in to devops' };

async function signIn(page: Page, { code }: Pick<AccountDashboard, 'code'>, name = 'ann'): Promise<void> {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(testPassword);
  await page.getByLabel('Code of your authenticator app').fill(code());
  await page.getByRole('button', { name: 'Sign in' }).click();
}

test('a browser is sent to the form, comes in with it, and goes out again', async () => {
  const world = await accountDashboard({ assets, lookEveryMs: 250 });
  const page = await browser.open(world.dashboard, options);
  await page.getByRole('heading', heading).waitFor();
  await signIn(page, world);
  await page.getByText('ann (operator)').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', heading).waitFor();
  expect(world.accounts.events(10).map(({ kind }) => kind)).toEqual(['signed-in', 'signed-out']);
  await page.goto(world.dashboard.origin);
  await page.getByRole('heading', heading).waitFor();
});

test('what is wrong is said before anything else, and the password has to be typed again', async () => {
  const world = await accountDashboard({ assets });
  const page = await browser.open(world.dashboard, options);
  await page.getByRole('heading', heading).waitFor();
  await signIn(page, { code: () => '000000' });
  await page.getByRole('alert').waitFor();
  expect(await page.getByRole('alert').textContent()).toContain('Not signed in.');
  expect(await page.getByLabel('Name').inputValue()).toBe('ann');
  expect(await page.getByLabel('Password').inputValue()).toBe('');
  await signIn(page, world);
  await page.getByText('ann (operator)').waitFor();
});

test('a page whose account is removed goes to the form by itself', async () => {
  const world = await accountDashboard({ assets, lookEveryMs: 250 });
  const page = await browser.open(world.dashboard, options);
  await page.getByRole('heading', heading).waitFor();
  await signIn(page, world, 'bob');
  await page.getByText('bob (viewer)').waitFor();
  world.accounts.removeAccount('bob');
  world.dashboard.become({ holders: { '192.168.10.100': ['lb2'] } });
  await page.getByRole('heading', heading).waitFor();
});

describe('axe finds nothing on the form', () => {
  test.each(['light', 'dark'] as const)('in %s', async (colorScheme) => {
    const world = await accountDashboard({ assets });
    const page = await browser.open(world.dashboard, { ...options, colorScheme, bypassCSP: true });
    await page.getByRole('heading', heading).waitFor();
    await signIn(page, { code: () => '000000' });
    await page.getByRole('alert').waitFor();
    await page.evaluate(axe.source);
    const found = await page.evaluate<readonly string[]>(
      `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id }) => id))`,
    );
    expect(found).toEqual([]);
  });
});
