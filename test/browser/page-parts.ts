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

/** Presses the button of an operation when it can be done, and waits for its question. */
export async function askFor(page: Page, title: string): Promise<void> {
  await vi.waitFor(
    async () => expect(await page.getByRole('button', { name: title }).getAttribute('aria-disabled')).toBe('false'),
    patience,
  );
  await page.getByRole('button', { name: title }).click();
  await page.getByRole('dialog', { name: title }).waitFor();
}

/** Gives the reason in the question of an operation, and begins it. */
export async function confirm(page: Page, title: string, reason: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: title });
  await dialog.getByLabel('Reason, for the audit log').fill(reason);
  await dialog.getByRole('button', { name: title }).click();
}
