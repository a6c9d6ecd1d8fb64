import { expect, vi } from 'vitest';
import { Fault } from '../../src/base/fault.ts';
import type { Model } from '../../src/model/model.ts';
import { largeDashboardFile } from '../../tools/large-dashboard.ts';
import { patience, type TestBrowser } from './browser.ts';
import type { TestDashboard } from './dashboard.ts';
import { wellView } from './dashboard-tables.ts';
import { modelOfText } from './example-model.ts';

/** A dashboard of 100 hosts and 1,000 sites in which all is well: its rows are put by the test, and no host is asked. */
export async function largeDashboard(
  browser: TestBrowser,
): Promise<{ readonly model: Model; readonly dashboard: TestDashboard }> {
  const model = modelOfText(largeDashboardFile({ hosts: 100, sites: 1000 }));
  const dashboard = await browser.dashboard({
    model,
    lookFails: () => new Fault({ code: 'host-unreachable', message: 'nobody is asked' }),
    lookEveryMs: 3_600_000,
  });
  await vi.waitFor(() => expect(dashboard.running.board.view().look[0]?.reason).toBe('nobody is asked'), patience);
  dashboard.running.board.put(wellView(model));
  return { model, dashboard };
}
