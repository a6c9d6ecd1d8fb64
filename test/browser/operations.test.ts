import { describe, expect, test, vi } from 'vitest';
import { Fault } from '../../src/base/fault.ts';
import type { OperationResult } from '../../src/server/operations.ts';
import { auditedHistory } from '../kit/audited-history.ts';
import { findings } from '../kit/axe-findings.ts';
import { patience, testBrowser } from '../kit/browser.ts';
import { askFor, confirm, rowOf, settled } from './page-parts.ts';

const browser = testBrowser();

const focused = 'document.activeElement.innerText';

describe('the question before an operation', () => {
  test('it says what will happen and what is promised, and asks for the reason', async () => {
    const run = vi.fn(async () =>
      Promise.resolve({ state: 'done' as const, note: 'vip1 moved from lb1 to lb2 in 40 ms' }),
    );
    const page = await browser.open(await browser.dashboard({ run }));
    await settled(page);
    await askFor(page, 'Move vip1 to lb2');
    const dialog = page.getByRole('dialog', { name: 'Move vip1 to lb2' });
    expect(await dialog.getByRole('listitem').allInnerTexts()).toEqual([
      'lb2 takes vip1 before lb1 lets go of it: no request fails, and no connection breaks.',
      'It stays there, also after a reboot, until it is moved again; the file prefers lb1.',
    ]);
    await dialog.getByText('No request fails and no connection breaks.').waitFor();
    // Without a reason the browser itself holds it back.
    await dialog.getByRole('button', { name: 'Move vip1 to lb2' }).click();
    expect(await dialog.isVisible()).toBe(true);
    expect(run).not.toHaveBeenCalled();
    await confirm(page, 'Move vip1 to lb2', 'kernel update');
    await dialog.waitFor({ state: 'hidden' });
    const work = page.getByRole('region', { name: 'Asked for' });
    await work.getByText('vip1 moved from lb1 to lb2 in 40 ms').waitFor();
    expect(await work.innerText()).toMatch(/✓ Done Move vip1 to lb2 .*ann: kernel update/);
    expect(run).toHaveBeenCalledOnce();
    expect(await page.evaluate(focused)).toBe('Asked for');
  });

  test('a promise that is an outage is said as one', async () => {
    const drills = [
      { name: 'nginx-dead:lb1', title: 'All processes of NGINX on lb1 are killed', promisedMs: 3200 },
      { name: 'backend-dead:web1', title: 'web1 dies', promisedMs: null },
    ];
    const page = await browser.open(await browser.dashboard({ drills }));
    await settled(page);
    await page.getByText('Drills 2').click();
    await askFor(page, 'Drill nginx-dead:lb1');
    await page.getByRole('dialog').getByText('Promised outage: at most 3.2 s.').waitFor();
    await page.keyboard.press('Escape');
    await askFor(page, 'Drill backend-dead:web1');
    await page.getByRole('dialog').getByText('Promised outage: until it is repaired.').waitFor();
  });

  test('Cancel and Escape begin nothing, and the focus is where it was', async () => {
    const run = vi.fn(async () => Promise.resolve({ state: 'done' as const, note: '' }));
    const page = await browser.open(await browser.dashboard({ run }));
    await settled(page);
    for (const leave of [
      async () => page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click(),
      async () => page.keyboard.press('Escape'),
    ]) {
      await askFor(page, 'Drain lb1');
      await leave();
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      expect(await page.evaluate(focused)).toBe('Drain lb1');
    }
    expect(run).not.toHaveBeenCalled();
  });

  test('what became unsafe while it was asked is not begun, and says why', async () => {
    const dashboard = await browser.dashboard();
    const page = await browser.open(dashboard);
    await settled(page);
    await askFor(page, 'Move vip1 to lb2');
    dashboard.become({ stopped: ['lb2 nginx.service'] });
    const dialog = page.getByRole('dialog', { name: 'Move vip1 to lb2' });
    await dialog.getByRole('alert').getByText('Not now: NGINX of lb2 is inactive.').waitFor();
    expect(await dialog.getByRole('button', { name: 'Move vip1 to lb2' }).isDisabled()).toBe(true);
  });

  test('what is not needed any more says so', async () => {
    const dashboard = await browser.dashboard();
    const page = await browser.open(dashboard);
    await settled(page);
    await askFor(page, 'Move vip1 to lb2');
    dashboard.become({ holders: { '192.168.10.100': ['lb2'] } });
    await page.getByRole('dialog', { name: 'This is not needed any more' }).waitFor();
  });
});

describe('what can not be done', () => {
  test('the button says why, and pressing it does nothing', async () => {
    const dashboard = await browser.dashboard();
    const page = await browser.open(dashboard);
    await settled(page);
    dashboard.become({ stopped: ['lb2 nginx.service'] });
    const button = page.getByRole('button', { name: 'Move vip1 to lb2' });
    await vi.waitFor(async () => expect(await button.getAttribute('aria-disabled')).toBe('true'), patience);
    await page.getByText('NGINX of lb2 is inactive').first().waitFor();
    // As a person does who does not believe it.
    await button.click({ force: true });
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  test('a viewer sees everything and can do nothing, and is told so once', async () => {
    const page = await browser.open(await browser.dashboard({ visitor: { name: 'eve', role: 'viewer' } }));
    await settled(page);
    const operations = page.getByRole('region', { name: 'Operations' });
    await operations.getByText('None now: you may look and not act.').waitFor();
    await page.getByText('eve (viewer)').waitFor();
    const buttons = await operations.getByRole('button').all();
    expect(buttons.length).toBeGreaterThan(3);
    for (const button of buttons) expect(await button.getAttribute('aria-disabled')).toBe('true');
    await page.getByRole('button', { name: 'Drain lb1' }).click({ force: true });
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  test('a refusal of the server is shown, and the reason stays', async () => {
    const dashboard = await browser.dashboard({ lookEveryMs: 3_600_000 });
    const page = await browser.open(dashboard, { mayComplain: /409/ });
    await settled(page);
    await askFor(page, 'Drain lb1');
    const dialog = page.getByRole('dialog', { name: 'Drain lb1' });
    await dialog.getByLabel('Reason, for the audit log').fill('   ');
    await dialog.getByRole('button', { name: 'Drain lb1' }).click();
    await dialog.getByRole('alert').getByText('Not begun: say why: the reason goes into the audit log.').waitFor();
  });
});

describe('what was begun', () => {
  test('it runs, says how far it is, and fails with what to do', async () => {
    const end = Promise.withResolvers<undefined>();
    const dashboard = await browser.dashboard({
      run: async (_request, emit) => {
        emit({ code: 'note', level: 'info', data: { text: 'lb2 is made ready' } });
        await end.promise;
        throw new Fault({ code: 'apply-locked', message: 'lb1 is locked', next: 'wait for the other one' });
      },
    });
    const page = await browser.open(dashboard);
    await settled(page);
    await askFor(page, 'Move vip1 to lb2');
    await confirm(page, 'Move vip1 to lb2', 'test');
    const work = page.getByRole('region', { name: 'Asked for' });
    await work.getByText('lb2 is made ready').waitFor();
    expect(await work.innerText()).toContain('… Running Move vip1 to lb2');
    end.resolve(undefined);
    await work.getByText('✕ Failed').waitFor();
    expect(await work.innerText()).toContain('next: wait for the other one');
  });

  test('what is done in part is a warning that begins with what is left, and no word of done', async () => {
    const note =
      'lb2 could not be told to drain web1:80\nweb1:80 gets no new clients from lb1\nlb2 was not told: silent\nmore';
    const page = await browser.open(
      await browser.dashboard({ run: async () => Promise.resolve({ state: 'partial', note }) }),
    );
    await settled(page);
    await askFor(page, 'Move vip1 to lb2');
    await confirm(page, 'Move vip1 to lb2', 'kernel update');
    const work = page.getByRole('region', { name: 'Asked for' });
    await work.getByText('! Done in part').waitFor();
    await work.getByText('lb2 could not be told to drain web1:80').waitFor();
    expect(await work.innerText()).not.toContain('✓');
    await vi.waitFor(
      async () =>
        expect(await rowOf(page, 'Audit log', '1')).toContain('! Done in part: lb2 could not be told to drain web1:80'),
      patience,
    );
  });

  test('two operators at once: the second sees who does what, at once and in the question', async () => {
    const end = Promise.withResolvers<OperationResult>();
    const dashboard = await browser.dashboard({ run: async () => end.promise });
    const [first, second] = [await browser.open(dashboard), await browser.open(dashboard)];
    await settled(first);
    await settled(second);
    await askFor(second, 'Drain lb2');
    await askFor(first, 'Move vip1 to lb2');
    await confirm(first, 'Move vip1 to lb2', 'first');
    const words = 'ann does something just now: Move vip1 to lb2';
    const dialog = second.getByRole('dialog', { name: 'Drain lb2' });
    await dialog.getByRole('alert').getByText(`Not now: ${words}.`).waitFor();
    expect(await dialog.getByRole('button', { name: 'Drain lb2' }).isDisabled()).toBe(true);
    await second.keyboard.press('Escape');
    await second.getByRole('region', { name: 'Operations' }).getByText(`None now: ${words}.`).waitFor();
    end.resolve({ state: 'done', note: 'moved' });
    await askFor(second, 'Drain lb2');
  });
});

describe('the audit log', () => {
  test('who, when, what, why and how it ended: newest first, also what was before this page, and for viewers', async () => {
    const dashboard = await browser.dashboard({
      visitor: { name: 'eve', role: 'viewer' },
      openHistory: auditedHistory,
    });
    const page = await browser.open(dashboard, { bypassCSP: true });
    await settled(page);
    const log = page.getByRole('table', { name: 'Audit log' });
    await log.getByRole('row').nth(2).waitFor();
    const rows = (await log.getByRole('row').allInnerTexts()).map((text) =>
      text.split('\t').map((cell) => cell.trim()),
    );
    expect(rows).toEqual([
      ['Number', 'When', 'Who', 'What', 'Reason', 'Result'],
      ['2', expect.stringMatching(/28.*12:00:00/), 'ann', 'Drain lb1', 'new disk', '✕ Failed: lb1 is locked'],
      ['1', expect.any(String), 'ann', 'Move vip1 to lb2', 'kernel <b>update</b>', '✓ Done: vip1 moved in 40 ms'],
    ]);
    expect(await findings(page)).toEqual([]);
  });

  test('what is asked for now is there, and how it ended', async () => {
    const end = Promise.withResolvers<OperationResult>();
    const page = await browser.open(await browser.dashboard({ run: async () => end.promise }));
    await settled(page);
    await page.getByRole('region', { name: 'Audit log' }).getByText('Nobody asked for anything yet.').waitFor();
    await askFor(page, 'Move vip1 to lb2');
    await confirm(page, 'Move vip1 to lb2', 'test');
    const result = (): Promise<string> => rowOf(page, 'Audit log', '1');
    await vi.waitFor(async () => expect(await result()).toMatch(/ann\s+Move vip1 to lb2\s+test\s+… Running/), patience);
    end.resolve({ state: 'done', note: 'vip1 moved' });
    await vi.waitFor(async () => expect(await result()).toContain('✓ Done: vip1 moved'), patience);
  });
});
