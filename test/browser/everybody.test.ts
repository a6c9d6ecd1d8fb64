import type { Locator, Page } from 'playwright-core';
import { describe, expect, test, vi } from 'vitest';
import { Fault } from '../../src/base/fault.ts';
import { colourFindings, findings } from '../kit/axe-findings.ts';
import { patience, testBrowser } from '../kit/browser.ts';
import type { DashboardOptions, TestDashboard } from '../kit/dashboard.ts';
import { rowOf, settled, verdictOf } from './page-parts.ts';

const browser = testBrowser();

interface State {
  readonly name: string;
  readonly options?: DashboardOptions;
  /** What its console may say. */
  readonly mayComplain?: RegExp;
  readonly make: (dashboard: TestDashboard, page: Page) => Promise<void>;
}

const at = new Date().toISOString();
const alert = { since: at, next: 'evenkeel status' } as const;
const drill = { place: 'lab', startedAt: at, faults: 3 } as const;

const states: readonly State[] = [
  { name: 'healthy', make: async (_, page) => settled(page) },
  {
    name: 'broken',
    make: async (dashboard, page) => {
      await settled(page);
      dashboard.become({ silent: ['lb1', 'dns2'], refusing: ['192.168.10.32'], serials: { dns1: 7 } });
      await vi.waitFor(async () => expect(await verdictOf(page)).toContain('Not healthy'), patience);
    },
  },
  {
    name: 'asked about an operation',
    make: async (_, page) => {
      await settled(page);
      await page.getByRole('button', { name: 'Move vip1 to lb2' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'in the past',
    make: async (dashboard, page) => {
      await settled(page);
      dashboard.become({ holders: { '192.168.10.100': ['lb2'] } });
      await vi.waitFor(async () => expect(await rowOf(page, 'VIPs', 'vip1')).toContain('lb2'), patience);
      await page.getByRole('button', { name: 'Earlier event' }).click();
      await page.getByRole('heading', { name: 'Then' }).waitFor();
    },
  },
  {
    name: 'with alerts, drills and a plan',
    options: {
      plan: async () => Promise.resolve({ state: 'changes', hosts: ['lb1'], text: 'lb1: change nginx.conf' }),
      applies: () => [{ key: 'lb2', at, result: 'undo-failed', note: 'its disk is full' }],
      drillRecords: {
        rows: () => [
          { ...drill, key: '7', verdict: 'kept', worst: { name: 'nginx-dead:lb1', gapMs: 142 } },
          { ...drill, key: '8', verdict: 'broken' },
          { ...drill, key: '9', verdict: 'not-judged' },
        ],
        html: () => undefined,
      },
    },
    make: async ({ running }, page) => {
      await settled(page);
      running.board.put({
        receivers: [{ key: 'pager', way: 'command', state: 'failing', waiting: 2, said: 'no such file' }],
        alerts: [
          { ...alert, key: 'a', severity: 'error', state: 'told', message: 'nobody holds vip1' },
          { ...alert, key: 'b', severity: 'warning', state: 'ending', message: 'lb1 drifts', because: 'a' },
          { ...alert, key: 'c', severity: 'warning', state: 'waiting', message: 'web1 is down' },
        ],
      });
      const part = (name: string): Locator => page.getByRole('region', { name, exact: true });
      await part('Alerts').getByText('web1 is down').waitFor();
      await part('Alerts').getByText('pager could not be told').waitFor();
      await part('Drills').getByText('not judged').waitFor();
      await part('Plan and drift').getByText('its disk is full').waitFor();
      await part('Plan and drift').getByText('The plan').click();
      await part('Plan and drift').getByText('lb1: change nginx.conf').waitFor();
    },
  },
  {
    name: 'opened with a wrong link',
    // Its own, and that of the picture in the tab, which only the dashboard has.
    mayComplain: /status of 40[34]/,
    make: async ({ origin }, page) => {
      await page.goto(`${origin}/sign-in?key=wrong`);
      await page.getByRole('heading', { name: 'This page opens with its link' }).waitFor();
    },
  },
];

describe('axe finds nothing', () => {
  test.each(states)('$name, in light and in dark', async ({ make, options, mayComplain = /^$/ }) => {
    const dashboard = await browser.dashboard(options);
    // The policy of the page lets in no script but its own; for axe alone it is put aside.
    const page = await browser.open(dashboard, { bypassCSP: true, colorScheme: 'light', mayComplain });
    await make(dashboard, page);
    expect(await findings(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await colourFindings(page)).toEqual([]);
  });

  test('nothing known yet, and stale', async () => {
    let failure: Error | undefined = new Fault({ code: 'host-unreachable', message: 'no host answers' });
    const dashboard = await browser.dashboard({ lookFails: () => failure });
    const page = await browser.open(dashboard, { bypassCSP: true });
    await page.getByText('Not known yet.', { exact: true }).first().waitFor();
    expect(await findings(page)).toEqual([]);
    failure = undefined;
    await settled(page);
    failure = new Fault({ code: 'host-unreachable', message: 'no host answers' });
    await page.getByText(/The hosts can't be asked now/).waitFor();
    expect(await findings(page)).toEqual([]);
  });

  test('on a phone', async () => {
    const dashboard = await browser.dashboard();
    const page = await browser.open(dashboard, { bypassCSP: true, viewport: { width: 320, height: 640 } });
    await settled(page);
    expect(await findings(page)).toEqual([]);
  });
});

describe('every screen', () => {
  test('from a phone of 320 px to a wall of 4K: nothing sticks out, everything is there', async () => {
    const screens = [
      [320, 640],
      [768, 1024],
      [1280, 800],
      [3840, 2160],
    ] as const;
    const [[width, height]] = screens;
    const page = await browser.open(await browser.dashboard(), { viewport: { width, height } });
    await settled(page);
    for (const [width, height] of screens) {
      const at = `${width} px`;
      await page.setViewportSize({ width, height });
      await vi.waitFor(
        async () => expect(await page.evaluate('document.documentElement.scrollWidth'), at).toBeLessThanOrEqual(width),
        patience,
      );
      for (const name of ['Problems', 'VIPs', 'Balancers', 'Sites', 'Pools', 'Operations', 'Timeline']) {
        expect(await page.getByRole('region', { name, exact: true }).isVisible(), `${name} at ${at}`).toBe(true);
      }
      // A question fits as well.
      await page.getByRole('button', { name: 'Move vip1 to lb2' }).click();
      const box = await page.getByRole('dialog').boundingBox();
      expect(box?.x, at).toBeGreaterThanOrEqual(0);
      expect((box?.x ?? 0) + (box?.width ?? 0), at).toBeLessThanOrEqual(width);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
    }
  });

  test('light and dark are different papers', async () => {
    const page = await browser.open(await browser.dashboard());
    await settled(page);
    const papers = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      papers.push(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
    }
    expect(new Set(papers).size).toBe(2);
  });

  test('who wants no motion gets none', async () => {
    const dashboard = await browser.dashboard({ lookEveryMs: 3_600_000 });
    const page = await browser.open(dashboard, { reducedMotion: 'reduce' });
    await settled(page);
    await page.evaluate(
      'window.moved = 0; addEventListener("transitionrun", () => (window.moved += 1)); addEventListener("animationstart", () => (window.moved += 1))',
    );
    dashboard.become({ holders: { '192.168.10.100': ['lb2'] } });
    await page.getByRole('img', { name: /vip1 is held by lb2/ }).waitFor();
    expect(await page.evaluate('document.getAnimations().length')).toBe(0);
    expect(await page.evaluate('window.moved')).toBe(0);
  });
});

describe('the keyboard alone', () => {
  test('from the top to the problems, to an operation, through its question, and done', async () => {
    const run = vi.fn(async () => Promise.resolve({ state: 'done' as const, note: 'drained' }));
    const page = await browser.open(await browser.dashboard({ run }));
    await settled(page);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.innerText')).toBe('Skip to problems');
    await page.keyboard.press('Enter');
    for (let press = 0; press < 60; press += 1) {
      await page.keyboard.press('Tab');
      if ((await page.evaluate('document.activeElement.innerText')) === 'Drain lb1') break;
    }
    expect(await page.evaluate('document.activeElement.innerText')).toBe('Drain lb1');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type('new disk');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Asked for' }).getByText('drained').waitFor();
    expect(run).toHaveBeenCalledOnce();
  });
});

test('what is looked for is found in every part', async () => {
  const page = await browser.open(await browser.dashboard());
  await settled(page);
  await page.getByRole('searchbox', { name: 'Find' }).fill('web2');
  await vi.waitFor(async () => expect(await rowOf(page, 'Pools', 'web1:80')).toBe(''), patience);
  expect(await rowOf(page, 'Pools', 'web2:80')).not.toBe('');
  await page.getByRole('region', { name: 'VIPs' }).getByText('None of 2 is called that.').waitFor();
  expect(await page.getByRole('button', { name: 'Drain web1:80' }).count()).toBe(0);
  await page.getByRole('searchbox', { name: 'Find' }).fill('');
  await vi.waitFor(async () => expect(await rowOf(page, 'Pools', 'web1:80')).not.toBe(''), patience);
});
