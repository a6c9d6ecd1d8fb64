import { describe, expect, test, vi } from 'vitest';
import { testBrowser, patience } from '../kit/browser.ts';
import { exampleModel } from '../kit/example-model.ts';
import { Fault } from '../../src/base/fault.ts';
import { openEdgeHistory } from '../../src/store/edge-history.ts';
import { writeFileSync } from 'node:fs';
import { rowOf, settled, verdictOf } from './page-parts.ts';

const browser = testBrowser();

/** Of the page: what a function that is sent there may use. */
declare function getComputedStyle(element: unknown): { readonly color: string };
/** Longer than any test: only the kernels' news tell. */
const never = 3_600_000;

/** Resolves with the first frame in which something moves. */
const waitForMotion = `new Promise((settle) => {
  const look = () => (document.getAnimations().length > 0 ? settle(true) : requestAnimationFrame(look));
  look();
})`;

describe('what is true now', () => {
  test('a healthy edge: the verdict, who holds what, and each part', async () => {
    const page = await browser.open(await browser.dashboard());
    await settled(page);
    expect(await verdictOf(page)).toBe('✓ Healthy');
    expect(await page.title()).toBe('devops: evenkeel');
    const holders = page.getByRole('list', { name: 'Who holds what' }).getByRole('listitem');
    expect(await holders.allInnerTexts()).toEqual(['vip1 ✓ lb1', 'vip2 ✓ lb2']);
    expect(await page.getByRole('img', { name: /^vip1 is held by lb1; vip2 is held by lb2$/ }).isVisible()).toBe(true);
    expect(await page.getByRole('region', { name: 'Problems', exact: true }).innerText()).toContain('None.');
    expect(await rowOf(page, 'VIPs', 'vip1')).toContain('✓ lb1');
    expect(await rowOf(page, 'Balancers', 'lb2')).toMatch(/✓ up\s+vip2/);
    expect(await rowOf(page, 'Nameservers', 'dns1')).toMatch(
      /✓ answers\s+192\.168\.10\.100, 192\.168\.10\.200\s+nothing/,
    );
    expect(await rowOf(page, 'Sites', 'devops.com')).toMatch(/web\s+✓ answers 200 through/);
    expect(await rowOf(page, 'Pools', 'web1:80')).toMatch(/web\s+✓ up, 2 ms\s+✓ up, 2 ms/);
    expect(await rowOf(page, 'Certificates', 'devops.com')).toMatch(/\d+/);
  });

  test('nothing is known yet, and it looks like that', async () => {
    const page = await browser.open(
      await browser.dashboard({ lookFails: () => new Fault({ code: 'host-unreachable', message: 'no host answers' }) }),
    );
    await vi.waitFor(async () => expect(await verdictOf(page)).toBe('? Not known yet'), patience);
    const news = page.getByRole('status', { name: 'News of the page' });
    await news.getByText('The hosts could not be asked: no host answers. It is tried again.').waitFor();
    for (const name of ['Problems', 'Balancers', 'Sites', 'Pools', 'Nameservers', 'Certificates']) {
      expect(await page.getByRole('region', { name, exact: true }).innerText()).toContain('Not known yet.');
    }
    await page.getByRole('button', { name: 'Drain lb1' }).waitFor();
    expect(await page.getByRole('button', { name: 'Drain lb1' }).getAttribute('aria-disabled')).toBe('true');
  });

  test('a VIP that moves is seen from the kernels news alone, and moves on the picture', async () => {
    const dashboard = await browser.dashboard({ lookEveryMs: never });
    const page = await browser.open(dashboard);
    await settled(page);
    const moves = page.evaluate(waitForMotion);
    const began = performance.now();
    dashboard.become({ holders: { '192.168.10.100': ['lb2'] } });
    await page.getByRole('img', { name: 'vip1 is held by lb2; vip2 is held by lb2' }).waitFor();
    const took = performance.now() - began;
    await moves;
    expect(await rowOf(page, 'VIPs', 'vip1')).toContain('! lb2, not lb1');
    expect(await page.getByRole('region', { name: 'Timeline' }).innerText()).toContain(
      'vip1 is held by lb2, before by lb1; it prefers lb1',
    );
    // Far below the beat at which hosts are asked without news, so it was the news. The benchmark says how long it takes.
    expect(took).toBeLessThan(never / 100);
  });

  test('nobody and several holders are two different alarms', async () => {
    const dashboard = await browser.dashboard();
    const page = await browser.open(dashboard);
    await settled(page);
    dashboard.become({ holders: { '192.168.10.100': [] } });
    await vi.waitFor(async () => expect(await rowOf(page, 'VIPs', 'vip1')).toContain('✕ nobody'), patience);
    await vi.waitFor(async () => expect(await verdictOf(page)).toMatch(/^✕ Not healthy: \d+ problem/), patience);
    dashboard.become({ holders: { '192.168.10.100': ['lb1', 'lb2'] } });
    await vi.waitFor(
      async () => expect(await rowOf(page, 'VIPs', 'vip1')).toContain('✕ lb1 and lb2 at once'),
      patience,
    );
  });

  test('a problem begins with why and what to do, and ends', async () => {
    const dashboard = await browser.dashboard();
    const page = await browser.open(dashboard);
    await settled(page);
    dashboard.become({ stopped: ['lb2 nginx.service'] });
    const problems = page.getByRole('region', { name: 'Problems', exact: true });
    await problems
      .getByText(/✕ Problem/)
      .first()
      .waitFor();
    expect(await problems.innerText()).toMatch(/nginx.* lb2[^]*Next: /i);
    expect(await rowOf(page, 'Balancers', 'lb2')).toContain('✕ NGINX inactive');
    dashboard.become({});
    await vi.waitFor(async () => expect(await verdictOf(page)).toBe('✓ Healthy'), patience);
    const told = await page.getByRole('region', { name: 'Timeline' }).innerText();
    expect(told).toContain('over: ');
  });

  test('a dead host: what it held elsewhere, and that it does not answer', async () => {
    const dashboard = await browser.dashboard();
    const page = await browser.open(dashboard);
    await settled(page);
    dashboard.become({ silent: ['lb1'] });
    await vi.waitFor(async () => expect(await rowOf(page, 'Balancers', 'lb1')).toContain('✕'), patience);
    await vi.waitFor(async () => expect(await rowOf(page, 'VIPs', 'vip1')).toContain('! lb2, not lb1'), patience);
    expect(await page.getByRole('button', { name: 'Move vip1 to lb1' }).getAttribute('aria-disabled')).toBe('true');
    await page.getByText('lb1 does not answer', { exact: true }).first().waitFor();
  });

  test('a backend that one balancer does not reach, and one that is down for all', async () => {
    const dashboard = await browser.dashboard();
    const page = await browser.open(dashboard);
    await settled(page);
    dashboard.become({ refusing: ['lb1 192.168.10.31', '192.168.10.32'] });
    await vi.waitFor(async () => {
      expect(await rowOf(page, 'Pools', 'web1:80')).toMatch(/✕ down: .*✓ up/s);
      expect(await rowOf(page, 'Pools', 'web2:80')).toMatch(/✕ down: .*✕ down: /s);
    }, patience);
  });

  test('nameservers that disagree: which one, and in what', async () => {
    const dashboard = await browser.dashboard();
    const page = await browser.open(dashboard);
    await settled(page);
    dashboard.become({ serials: { dns2: 2026112299 } });
    await vi.waitFor(async () => {
      const rows = [await rowOf(page, 'Nameservers', 'dns1'), await rowOf(page, 'Nameservers', 'dns2')];
      expect(rows.filter((text) => text.includes('! says something else'))).toHaveLength(1);
      expect(rows.join('\n')).toContain('serial of devops.com: 2026');
    }, patience);
  });

  test('traffic that is not measured is said to be so; measured, it is there', async () => {
    const dashboard = await browser.dashboard({ trafficEveryMs: 3_600_000 });
    const page = await browser.open(dashboard);
    await settled(page);
    const balancers = page.getByRole('region', { name: 'Balancers', exact: true });
    expect(await balancers.innerText()).toContain('traffic is not measured');
    const traffic = [
      {
        key: 'lb1',
        requestsPerSecond: 1234,
        errorsPerSecond: 2.5,
        p50Ms: 3,
        p95Ms: 21,
        p99Ms: 140,
        connections: 77,
        handshakesPerSecond: 12,
        resumedShare: 0.75,
        oldWorkers: 1,
      },
    ];
    await vi.waitFor(async () => {
      // The first reading of the hosts may come after it, and take it away.
      dashboard.running.board.put({ traffic });
      expect((await rowOf(page, 'Balancers', 'lb1')).split('\t')).toEqual(
        expect.arrayContaining(['1.2 k', '2.5', '3 ms', '21 ms', '140 ms', '77', '12', '75 %', '1']),
      );
    }, patience);
  });
});

describe('tones', () => {
  test('alerts that are on have the colour of their severity, and say what to do or what explains them', async () => {
    const dashboard = await browser.dashboard();
    const page = await browser.open(dashboard);
    await settled(page);
    const alert = { since: new Date().toISOString(), next: 'evenkeel status', state: 'told' } as const;
    dashboard.running.board.put({
      receivers: [{ key: 'pager', way: 'command', state: 'failing', waiting: 2, said: 'no such file' }],
      alerts: [
        { ...alert, key: 'a', severity: 'error', message: 'nobody holds vip1' },
        { ...alert, key: 'b', severity: 'warning', message: 'lb1 drifts', because: 'drill' },
      ],
    });
    const alerts = page.getByRole('region', { name: 'Alerts' });
    const items = alerts.getByRole('listitem');
    await vi.waitFor(async () => expect(await items.count()).toBe(2), patience);
    const said = (await items.allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' '));
    expect(said).toEqual([
      expect.stringMatching(/^✕ told since \d\d:\d\d:\d\d nobody holds vip1 Next: evenkeel status$/),
      expect.stringMatching(/^! told since \d\d:\d\d:\d\d lb1 drifts Explained by drill$/),
    ]);
    const [bad, warn, failing, ink] = await Promise.all(
      [
        alerts.getByText('✕ told', { exact: true }),
        alerts.getByText('! told', { exact: true }),
        alerts.getByText('✕ pager could not be told: no such file (2 waiting)'),
        page.getByRole('heading', { name: 'Alerts' }),
      ].map(async (one) => one.evaluate((element) => getComputedStyle(element).color)),
    );
    expect(failing).toBe(bad);
    expect(new Set([bad, warn, ink]).size).toBe(3);
  });

  test('a certificate is urgent on the page when it is for evenkeel status', async () => {
    const dashboard = await browser.dashboard({ lookEveryMs: 3_600_000 });
    const page = await browser.open(dashboard);
    await settled(page);
    const [one] = dashboard.running.board.view().certificates;
    if (one === undefined) throw new Error('there is no certificate');
    dashboard.running.board.put({
      certificates: [20, 8, 7, 2].map((daysLeft) => {
        const key = `in-${daysLeft}.example`;
        return { ...one, key, name: key, fingerprint: key, daysLeft };
      }),
    });
    await vi.waitFor(async () => expect(await rowOf(page, 'Certificates', 'in-2.example')).toContain('✕ 2'), patience);
    expect(await rowOf(page, 'Certificates', 'in-7.example')).toContain('! 7');
    expect(await rowOf(page, 'Certificates', 'in-8.example')).toContain('✓ 8');
    expect(await rowOf(page, 'Certificates', 'in-20.example')).toContain('✓ 20');
  });

  test('a VIP whose holder is silent is unknown in the picture too', async () => {
    const dashboard = await browser.dashboard();
    const page = await browser.open(dashboard);
    await settled(page);
    const picture = page.getByRole('img', { name: /vip1 is held by lb1, which does not answer; vip2 is held by lb2$/ });
    await vi.waitFor(async () => {
      // What the balancers say of themselves comes again and again, and they do answer.
      const { board } = dashboard.running;
      const { holdings } = board.view();
      board.put({ holdings: holdings.map((row) => (row.key === 'vip1' ? { ...row, silent: ['lb1'] } : row)) });
      expect(await picture.getByText('? vip1', { exact: true }).count()).toBe(1);
    }, patience);
  });
});

describe('what can not be believed', () => {
  test('an old look says how old and why, and nothing can be done', async () => {
    let failure: Error | undefined;
    const dashboard = await browser.dashboard({ lookFails: () => failure });
    const page = await browser.open(dashboard);
    await settled(page);
    failure = new Fault({ code: 'host-unreachable', message: 'the key was refused' });
    const news = page.getByRole('status', { name: 'News of the page' });
    await news.getByText(/The hosts can't be asked now: the key was refused\. What you see is from \d/).waitFor();
    expect(await verdictOf(page)).toBe('? Healthy, when last seen');
    await page.getByText('what is shown is old: the key was refused').first().waitFor();
    failure = undefined;
    await vi.waitFor(async () => expect(await verdictOf(page)).toBe('✓ Healthy'), patience);
    expect(await news.innerText()).toBe('');
  });

  test('a history that can not be kept is said, and the rest goes on', async () => {
    const dashboard = await browser.dashboard({
      openHistory: (path) => {
        writeFileSync(path, 'no database, and long enough to be read as one '.repeat(50));
        return openEdgeHistory(path);
      },
    });
    const page = await browser.open(dashboard);
    await settled(page);
    dashboard.become({ holders: { '192.168.10.100': ['lb2'] } });
    const news = page.getByRole('status', { name: 'News of the page' });
    await news.getByText(/What happens is shown and not kept: the timeline .* is damaged/).waitFor();
    await vi.waitFor(async () => expect(await rowOf(page, 'VIPs', 'vip1')).toContain('! lb2, not lb1'), patience);
  });

  test('a name with markup in it is shown and not obeyed', async () => {
    const evil = '<img src=x onerror="document.title=1"><b>bold</b>';
    const model = exampleModel();
    const dashboard = await browser.dashboard({
      model: {
        ...model,
        name: evil,
        sites: model.sites.map((site) => ({ ...site, name: evil })),
      },
    });
    const page = await browser.open(dashboard);
    await settled(page);
    dashboard.running.board.put({
      sites: [
        {
          key: evil,
          site: evil,
          name: evil,
          vip: 'vip1',
          address: '192.168.10.100',
          up: false,
          status: 0,
          reason: evil,
          ms: 1,
        },
      ],
    });
    dashboard.running.board.tell([
      { at: new Date().toISOString(), kind: 'operation', severity: 'info', subject: evil, text: evil, next: evil },
    ]);
    await page.getByRole('region', { name: 'Timeline' }).getByText(evil).first().waitFor();
    await page.getByRole('heading', { name: evil }).waitFor();
    expect(await page.title()).toBe(`${evil}: evenkeel`);
    expect(await page.evaluate('document.querySelectorAll("img, b").length')).toBe(0);
  });
});
