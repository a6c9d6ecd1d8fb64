import type { Page } from 'playwright-core';
import { expect, vi } from 'vitest';
import { patience } from '../kit/browser.ts';

/** What the verdict says, in one line. */
export async function verdictOf(page: Page): Promise<string> {
  return (await page.getByRole('status', { name: 'Verdict' }).innerText()).replaceAll(/\s+/g, ' ').trim();
}

/** The text of a row of a table, cells divided by tabs; empty when it is not there. */
export async function rowOf(page: Page, table: string, name: string): Promise<string> {
  const row = page
    .getByRole('table', { name: table, exact: true })
    .getByRole('row')
    .filter({ has: page.getByRole('rowheader', { name, exact: true }) });
  return (await row.count()) === 0 ? '' : row.first().innerText();
}

/** Resolves when the page shows a look that worked and who holds what. */
export async function settled(page: Page): Promise<void> {
  await vi.waitFor(async () => {
    expect(await verdictOf(page)).toMatch(/Healthy|Not healthy/);
    expect(await page.getByRole('list', { name: 'Who holds what' }).getByRole('listitem').count()).toBeGreaterThan(0);
  }, patience);
}
