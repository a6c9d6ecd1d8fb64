import { describe, expect, test, vi } from 'vitest';
import { testDashboard } from '../../test/kit/dashboard.ts';
import { Fault } from '../base/fault.ts';
import type { DrillRow } from '../report/edge-view.ts';

const row: DrillRow = { key: '7', startedAt: '2026-11-29T12:00:00.000Z', verdict: 'kept', faults: 1 };

describe('the reports of drills', () => {
  test('they are listed as soon as they are there', async () => {
    const rows: DrillRow[] = [];
    const dashboard = await testDashboard({ drillRecords: { rows: () => [...rows], html: () => undefined } });
    await vi.waitFor(() => expect(dashboard.running.board.view().look[0]?.state).toBe('fresh'), { timeout: 20_000 });
    expect(dashboard.running.board.view().drills).toEqual([]);
    rows.push(row);
    await vi.waitFor(() => expect(dashboard.running.board.view().drills).toEqual([row]), { timeout: 20_000 });
  });

  test('one is a page that runs nothing, may be nothing else and is not for strangers', async () => {
    const html = vi.fn((id: number) => (id === 7 ? '<!doctype html><title>Drill</title>' : undefined));
    const { origin, cookie } = await testDashboard({ drillRecords: { rows: () => [], html } });
    expect((await fetch(`${origin}/api/drills/7`)).status).toBe(401);
    expect(html).not.toHaveBeenCalled();
    const answer = await fetch(`${origin}/api/drills/7`, { headers: { cookie } });
    expect([answer.status, await answer.text()]).toEqual([200, '<!doctype html><title>Drill</title>']);
    const policy = answer.headers.get('content-security-policy');
    expect(policy).toMatch(/^default-src 'none'; style-src 'unsafe-inline';.*; sandbox$/);
    expect(policy).not.toContain('script');
  });

  test.each([
    ['8', 404, 'there is no drill 8'],
    ['last', 400, 'a drill has a number'],
    ['..%2f..%2fetc', 400, 'a drill has a number'],
    ['9', 409, 'drill 9 is damaged; see evenkeel drill history'],
  ])('%s: %i', async (id, status, error) => {
    const html = (number: number): string | undefined => {
      if (number !== 9) return undefined;
      throw new Fault({
        code: 'file-unreadable',
        message: 'drill 9 is damaged',
        next: 'see evenkeel drill history',
      });
    };
    const { origin, cookie } = await testDashboard({ drillRecords: { rows: () => [], html } });
    const answer = await fetch(`${origin}/api/drills/${id}`, { headers: { cookie } });
    expect([answer.status, await answer.json()]).toEqual([status, { error }]);
  });
});
