import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe finds wrong with the page as it stands, in words. Its policy must be put aside: it lets in no script but its own. */
export async function findings(page: Page): Promise<readonly string[]> {
  return run(page, {});
}

/** The same by the rules about colours alone, for a page whose rest was judged in its other colours: they are all that differs. */
export async function colourFindings(page: Page): Promise<readonly string[]> {
  return run(page, { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } });
}

async function run(page: Page, options: axe.RunOptions): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const words = JSON.stringify({ ...options, resultTypes: ['violations'] });
  return page.evaluate<readonly string[]>(`axe.run(document, ${words}).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ' ' + target + ' ' + failureSummary)))`);
}
