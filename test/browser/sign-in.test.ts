import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { type AccountDashboard, accountDashboard, testPassword } from '../kit/account-dashboard.ts';
import { colourFindings, findings } from '../kit/axe-findings.ts';
import { testBrowser } from '../kit/browser.ts';

const browser = testBrowser();

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
  const world = await accountDashboard({ assets: browser.assets(), lookEveryMs: 250 });
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
  const world = await accountDashboard({ assets: browser.assets() });
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

test('an operator reads on the page who came in and who could not; a viewer does not', async () => {
  const world = await accountDashboard({ assets: browser.assets() });
  const page = await browser.open(world.dashboard, { ...options, bypassCSP: true });
  await page.getByRole('heading', heading).waitFor();
  await signIn(page, { code: () => '000000' });
  await page.getByRole('alert').waitFor();
  await signIn(page, world);
  const log = page.getByRole('table', { name: 'Sign-ins and accounts' });
  await log.getByRole('row').nth(2).waitFor();
  const rows = await log.getByRole('row').allInnerTexts();
  expect(rows.map((text) => text.split('\t').map((cell) => cell.trim()))).toEqual([
    ['Number', 'When', 'Who', 'What', 'From', 'Note'],
    ['2', expect.stringMatching(/12:00:00/), 'ann', 'Signed in', '127.0.0.1', ''],
    ['1', expect.any(String), 'ann', '✕ Could not sign in', '127.0.0.1', expect.any(String)],
  ]);
  expect(await findings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', heading).waitFor();
  world.pass(30_000);
  await signIn(page, world, 'bob');
  await page.getByText('bob (viewer)').waitFor();
  await page.getByRole('heading', { name: 'Audit log' }).waitFor();
  expect(await page.getByRole('heading', { name: 'Sign-ins and accounts' }).count()).toBe(0);
});

test('a page whose account is removed goes to the form by itself', async () => {
  const world = await accountDashboard({ assets: browser.assets(), lookEveryMs: 250 });
  const page = await browser.open(world.dashboard, options);
  await page.getByRole('heading', heading).waitFor();
  await signIn(page, world, 'bob');
  await page.getByText('bob (viewer)').waitFor();
  world.accounts.removeAccount('bob');
  world.dashboard.become({ holders: { '192.168.10.100': ['lb2'] } });
  await page.getByRole('heading', heading).waitFor();
});

test('who uses the page stays signed in; who only leaves it open does not', async () => {
  const world = await accountDashboard({ assets: browser.assets(), lookEveryMs: 250 });
  const page = await browser.open(world.dashboard, options);
  await page.getByRole('heading', heading).waitFor();
  await signIn(page, world);
  await page.getByText('ann (operator)').waitFor();
  world.pass(29 * 60_000);
  const told = page.waitForResponse((answer) => answer.url().endsWith('/api/presence'));
  await page.getByText('ann (operator)').click();
  expect((await told).status()).toBe(204);
  world.pass(29 * 60_000);
  await page.reload();
  await page.getByText('ann (operator)').waitFor();
  world.pass(31 * 60_000);
  world.dashboard.become({ holders: { '192.168.10.100': ['lb2'] } });
  await page.getByRole('heading', heading).waitFor();
});

test('axe finds nothing on the form, in light and in dark', async () => {
  const world = await accountDashboard({ assets: browser.assets() });
  const page = await browser.open(world.dashboard, { ...options, colorScheme: 'light', bypassCSP: true });
  await page.getByRole('heading', heading).waitFor();
  await signIn(page, { code: () => '000000' });
  await page.getByRole('alert').waitFor();
  expect(await findings(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await colourFindings(page)).toEqual([]);
});
