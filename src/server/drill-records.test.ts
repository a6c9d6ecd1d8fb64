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

  test('those of before a start are there before anything is looked at', async () => {
    const asked: string[] = [];
    const drillRecords = {
      rows: () => {
        asked.push('drills');
        return [row];
      },
      html: () => undefined,
    };
    const lookFails = (): undefined => {
      asked.push('hosts');
    };
    const dashboard = await testDashboard({ drillRecords, lookFails });
    await vi.waitFor(() => expect(asked).toContain('hosts'), { timeout: 20_000 });
    expect(asked[0]).toBe('drills');
    expect(dashboard.running.board.view().drills).toEqual([row]);
  });

  test('one that ends is listed with the end of its operation, before anything is made of that', async () => {
    const rows: DrillRow[] = [];
    const { running, origin, cookie } = await testDashboard({
      drillRecords: { rows: () => [...rows], html: () => undefined },
      drills: [{ name: 'nginx-dead:lb1', title: 'NGINX of lb1 dies', promisedMs: 1_000 }],
      run: async () => {
        rows.push(row);
        return Promise.reject(new Fault({ code: 'verify-failed', message: 'the promise was not kept' }));
      },
      lookEveryMs: 3_600_000,
    });
    const { board } = running;
    await vi.waitFor(() => expect(board.view().operations.some(({ does }) => does === 'drill')).toBe(true), {
      timeout: 20_000,
    });
    const listed = new Promise((settle) => {
      board.subscribe(({ change }) => {
        if (change.work?.set.some(({ state }) => state === 'failed')) queueMicrotask(() => settle(board.view().drills));
      });
    });
    await fetch(`${origin}/api/operations`, {
      method: 'POST',
      headers: { cookie, 'Evenkeel-Request': '1' },
      body: JSON.stringify({ does: 'drill', subject: 'nginx-dead:lb1', target: '', reason: 'a try' }),
    });
    expect(await listed).toEqual([row]);
  });

  test('one is a page that runs nothing, may be nothing else and is not for strangers', async () => {
    const html = vi.fn((id: number) => (id === 7 ? '<!doctype html><title>Drill</title>' : undefined));
    const { origin, cookie } = await testDashboard({ drillRecords: { rows: () => [], html } });
    expect((await fetch(`${origin}/api/drills/7`)).status).toBe(401);
    expect(html).not.toHaveBeenCalled();
    const answer = await fetch(`${origin}/api/drills/7`, { headers: { cookie } });
    expect([answer.status, await answer.text()]).toEqual([200, '<!doctype html><title>Drill</title>']);
    expect(answer.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
    );
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
