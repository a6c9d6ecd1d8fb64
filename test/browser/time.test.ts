import { describe, expect, test, vi } from 'vitest';
import type { ApplyRow, DrillRow, PendingRow } from '../../src/report/edge-view.ts';
import { drillHtml } from '../../src/report/drill-html.ts';
import { openEdgeHistory } from '../../src/store/edge-history.ts';
import { patience, testBrowser } from '../kit/browser.ts';
import { wellView } from '../kit/dashboard-tables.ts';
import { sampleReport } from '../kit/drill-report-sample.ts';
import { exampleModel } from '../kit/example-model.ts';
import { rowOf, settled, verdictOf } from './page-parts.ts';

const browser = testBrowser();
/** Until an answer that is under way is shown. */
const glance = { timeout: 5_000, interval: 50 };

/** A dashboard whose vip1 went to lb2 and came back, and its page. */
async function withHistory() {
  const dashboard = await browser.dashboard();
  const page = await browser.open(dashboard, { mayComplain: /404/ });
  await settled(page);
  dashboard.become({ holders: { '192.168.10.100': ['lb2'] } });
  await vi.waitFor(async () => expect(await rowOf(page, 'VIPs', 'vip1')).toContain('! lb2, not lb1'), patience);
  dashboard.become({});
  await vi.waitFor(async () => expect(await rowOf(page, 'VIPs', 'vip1')).toContain('✓ lb1'), patience);
  await vi.waitFor(async () => expect(await verdictOf(page)).toBe('✓ Healthy'), patience);
  return { dashboard, page };
}

describe('looking back', () => {
  test('event by event, from a line of the timeline, with the keyboard; nothing can be done meanwhile', async () => {
    const { page } = await withHistory();
    const time = page.getByRole('slider', { name: 'Time' });
    expect(await time.getAttribute('aria-valuetext')).toBe('now');
    await page.getByRole('region', { name: 'Timeline' }).getByText('vip1 is held by lb2').first().waitFor();
    await vi.waitFor(async () => {
      await page.getByRole('button', { name: 'Earlier event' }).click();
      const time = (await page.getByText(/^Shows /).innerText()).replace('Shows ', '');
      await page.getByText(`This is the past: how it was at ${time}`).waitFor({ timeout: 10_000 });
      // Two events of one second have the same words, so these may be there before the picture of the second one.
      await vi.waitFor(async () => expect(await rowOf(page, 'VIPs', 'vip1')).toContain('! lb2, not lb1'), glance);
    }, patience);
    expect(await verdictOf(page)).toMatch(/, then$/);
    await page.getByText('This is the past:').waitFor();
    await page.getByRole('region', { name: 'Operations' }).getByText('None now: this is the past.').waitFor();
    expect(await time.getAttribute('aria-valuetext')).toMatch(/\d\d:\d\d:\d\d/);
    await page.getByRole('button', { name: 'Back to now' }).click();
    await page.getByRole('heading', { name: 'Now' }).waitFor();
    await vi.waitFor(async () => expect(await rowOf(page, 'VIPs', 'vip1')).toContain('✓ lb1'), patience);
    expect(await verdictOf(page)).toBe('✓ Healthy');
    // From a line of the timeline.
    const line = page
      .getByRole('region', { name: 'Timeline' })
      .getByRole('listitem')
      .filter({ hasText: 'vip1 is held by lb2, before by lb1' });
    await line.getByRole('button').click();
    await page.getByRole('heading', { name: 'Then' }).waitFor();
    await vi.waitFor(async () => expect(await rowOf(page, 'VIPs', 'vip1')).toContain('! lb2, not lb1'), patience);
    await page.getByRole('button', { name: 'Now', exact: true }).click();
    await page.getByRole('heading', { name: 'Now' }).waitFor();
    // With the keyboard, up to where nothing is known.
    await page.getByRole('slider', { name: 'Time' }).focus();
    await page.keyboard.press('Home');
    await page
      .getByRole('alert')
      .getByText(/Nothing is known of that time/)
      .waitFor();
    await page.keyboard.press('End');
    await vi.waitFor(async () => expect(await page.getByRole('alert').count()).toBe(0), patience);
    expect(await page.getByRole('slider', { name: 'Time' }).getAttribute('aria-valuetext')).toBe('now');
  });

  test('the strip of a VIP says who held it before; the timeline shows one kind, or what is looked for', async () => {
    const { page } = await withHistory();
    const strip = page.getByRole('table', { name: 'VIPs' }).getByRole('img').first();
    await vi.waitFor(
      async () => expect(await strip.getAttribute('aria-label')).toMatch(/^lb1 from .*; lb2 from .*; lb1 from /),
      patience,
    );
    await page.getByLabel('Time shown').selectOption('1 hour');
    await page.getByText('history of 1 hour').waitFor();
    const timeline = page.getByRole('region', { name: 'Timeline' });
    await page.getByLabel('Events shown').selectOption('Operations');
    await timeline.getByText('Nothing of that kind.').waitFor();
    await page.getByLabel('Events shown').selectOption('Moves of VIPs');
    const lines = await timeline.getByRole('listitem').allInnerTexts();
    expect(lines.length).toBeGreaterThanOrEqual(2);
    expect(lines.every((text) => text.includes('is held by'))).toBe(true);
    await page.getByRole('searchbox', { name: 'Find' }).fill('vip2');
    await timeline.getByText('Nothing of that kind.').waitFor();
  });

  test('a time at which nobody watched is not known: in the strip, and when it is looked back to', async () => {
    const hoursAgo = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();
    const dashboard = await browser.dashboard({
      faults: { holders: { '192.168.10.100': ['lb2'] } },
      openHistory: (path) => {
        const history = openEdgeHistory(path);
        history.keepView(hoursAgo(3), wellView(exampleModel()));
        history.keepWatched(hoursAgo(2));
        return history;
      },
    });
    const page = await browser.open(dashboard);
    await settled(page);
    const strip = page.getByRole('table', { name: 'VIPs' }).getByRole('img').first();
    await vi.waitFor(
      async () => expect(await strip.getAttribute('aria-label')).toMatch(/^lb1 from .*; not known from .*; lb2 from /),
      patience,
    );
    // One hour ago, of the six that are shown.
    await page.getByRole('slider', { name: 'Time' }).fill('600');
    await page
      .getByText(/^This is the past: last seen .+; nobody watched at .+, and how it was then is not known\.$/)
      .waitFor();
    expect(await verdictOf(page)).toMatch(/^\? .*, when last seen$/);
    await vi.waitFor(async () => expect(await rowOf(page, 'VIPs', 'vip1')).toContain('✓ lb1'), patience);
    // Two and a half hours ago somebody watched.
    await page.getByRole('slider', { name: 'Time' }).fill('420');
    await page.getByText(/^This is the past: how it was at .+\.$/).waitFor();
    expect(await verdictOf(page)).toMatch(/^✓ .*, then$/);
    // Only what is held by another one than before is a move.
    await page.getByLabel('Events shown').selectOption('Moves of VIPs');
    const timeline = page.getByRole('region', { name: 'Timeline' });
    await timeline.getByText(/^vip1 is held by lb2; it was last seen at .*, held by lb1/).waitFor();
    expect(await timeline.getByText(/vip2 is held by/).count()).toBe(0);
  });

  test('older events come when they are asked for', async () => {
    const dashboard = await browser.dashboard();
    const day = Date.now() - 30 * 24 * 3_600_000;
    dashboard.running.board.tell(
      Array.from({ length: 700 }, (_, index) => ({
        at: new Date(day + index * 1000).toISOString(),
        kind: 'controller',
        severity: 'info',
        subject: 'old',
        text: `old event ${index}`,
      })),
    );
    const page = await browser.open(dashboard);
    await settled(page);
    const timeline = page.getByRole('region', { name: 'Timeline' });
    await timeline.getByText('old event 699', { exact: true }).waitFor();
    await vi.waitFor(async () => {
      const wanted = timeline.getByText('old event 490', { exact: true });
      // Once all are there, the button is gone.
      if ((await wanted.count()) === 0) {
        await timeline.getByRole('button', { name: 'Older events' }).click({ timeout: 2_000 });
      }
      expect(await wanted.count()).toBe(1);
    }, patience);
  });
});

describe('drills', () => {
  test('each with its verdict and its report, which opens as a page of its own', async () => {
    const rows: readonly DrillRow[] = [
      {
        key: '7',
        place: 'real',
        startedAt: new Date().toISOString(),
        verdict: 'kept',
        faults: 3,
        worst: { name: 'nginx-dead:lb1', gapMs: 142 },
      },
      { key: '8', place: 'lab', startedAt: new Date().toISOString(), verdict: 'not-judged', faults: 1 },
    ];
    const dashboard = await browser.dashboard({
      drillRecords: { rows: () => rows, html: () => drillHtml(sampleReport()) },
    });
    const page = await browser.open(dashboard);
    await settled(page);
    await vi.waitFor(
      async () =>
        expect(await rowOf(page, 'Drills', 'Report 7')).toMatch(/real hosts\s+✓ kept\s+3\s+142 ms: nginx-dead:lb1/),
      patience,
    );
    expect(await rowOf(page, 'Drills', 'Report 8')).toMatch(/lab\s+\? not judged/);
    const opened = page.waitForEvent('popup');
    await page.getByRole('link', { name: 'Report 7' }).click();
    const report = await opened;
    await report.getByRole('heading', { name: /^Drill of / }).waitFor();
    // Its styles are let in, and nothing else.
    expect(await report.evaluate('getComputedStyle(document.body).maxWidth')).toBe('1080px');
  });
});

describe('plan and drift', () => {
  test('nothing differs, hosts differ, and it could not be told', async () => {
    const dashboard = await browser.dashboard();
    const page = await browser.open(dashboard);
    await settled(page);
    const part = page.getByRole('region', { name: 'Plan and drift' });
    const put = (row: Omit<PendingRow, 'key'>): void =>
      dashboard.running.board.put({ pending: [{ key: 'pending', at: new Date().toISOString(), ...row }] });
    put({ state: 'nothing', hosts: [], text: '' });
    await part.getByText('✓ Every host is as the file says.').waitFor();
    expect(await part.getByText('The plan').count()).toBe(0);
    put({ state: 'changes', hosts: ['lb1', 'web2'], text: 'lb1: change nginx.conf' });
    await part.getByText('! 2 hosts differ from the file: lb1, web2.').waitFor();
    await part.getByText('The plan').click();
    await part.getByText('lb1: change nginx.conf').waitFor();
    put({ state: 'failed', hosts: [], text: 'the file has an error' });
    await part.getByText('✕ The hosts could not be compared with the file.').waitFor();
    await part.getByText('Why', { exact: true }).waitFor();
    await part.getByText('the file has an error').waitFor();
  });

  test('a dashboard that never compares says so, and where to look instead; one that will says not yet', async () => {
    const dashboard = await browser.dashboard();
    const page = await browser.open(dashboard);
    await settled(page);
    const part = page.getByRole('region', { name: 'Plan and drift' });
    await part
      .getByText(/^This dashboard does not compare the hosts with the file: .* Run evenkeel plan where /)
      .waitFor();
    expect(await part.innerText()).not.toContain('yet');
    dashboard.running.board.put({ pending: [{ key: 'pending', state: 'unknown', hosts: [], text: '' }] });
    await part.getByText('Not compared with the file yet: evenkeel plan does.').waitFor();
  });

  test('the last apply: that it did everything, or which hosts it did not do and why', async () => {
    const at = new Date().toISOString();
    const done = { at, generation: 'aa11' };
    let applies: readonly ApplyRow[] = [{ key: 'lb1', at, result: 'done', note: '', done }];
    const dashboard = await browser.dashboard({ applies: () => applies });
    const page = await browser.open(dashboard);
    await settled(page);
    const part = page.getByRole('region', { name: 'Plan and drift' });
    await part.getByText(/✓ The last apply ended .+ and did everything\./).waitFor();
    applies = [...applies, { key: 'lb2', at, result: 'undo-failed', note: 'its disk is <full>' }];
    const missed = part.getByRole('list', { name: 'What the last apply did not do' }).getByRole('listitem');
    await vi.waitFor(async () => {
      expect(await missed.allInnerTexts()).toEqual([
        expect.stringMatching(/^✕ lb2, .+ could not be put back: its disk is <full>$/),
      ]);
    }, patience);
  });
});
