import { expect, test, vi } from 'vitest';
import type { DoOperation, OperationRequest } from '../../src/server/operations.ts';
import { patience, testBrowser } from '../kit/browser.ts';
import type { WorldFaults } from '../kit/status-world.ts';
import { askFor, confirm, rowOf, settled } from './page-parts.ts';

const browser = testBrowser();
const lossless = 'No request fails and no connection breaks.';
const drained = { lb1: ['web1:80'], lb2: ['web1:80'] };

interface Kind {
  readonly title: string;
  readonly faults?: WorldFaults;
  readonly effects: readonly string[];
  readonly promised: string;
  readonly request: Omit<OperationRequest, 'reason'>;
}

const kinds: readonly Kind[] = [
  {
    title: 'Drain lb1',
    effects: [
      'vip1 move to other balancers first, without loss.',
      'lb1 then holds none, also after a reboot, until it is undrained; its connections may end by themselves.',
    ],
    promised: lossless,
    request: { does: 'drain', subject: 'lb1', target: '' },
  },
  {
    title: 'Undrain lb1',
    faults: { drained: ['lb1'], holders: { '192.168.10.100': ['lb2'] } },
    effects: ['lb1 may hold VIPs again.', 'vip1 come home to it without loss.'],
    promised: lossless,
    request: { does: 'undrain', subject: 'lb1', target: '' },
  },
  {
    title: 'Drain web1:80',
    effects: [
      'New clients of web are sent elsewhere by every balancer, without a reload; requests under way end normally.',
      'Clients with its cookie stay on it.',
    ],
    promised: lossless,
    request: { does: 'drain', subject: 'web1:80', target: '' },
  },
  {
    title: 'Undrain web1:80',
    faults: { drainedBackends: drained },
    effects: ['New clients of web are sent to it again, by every balancer, without a reload.'],
    promised: lossless,
    request: { does: 'undrain', subject: 'web1:80', target: '' },
  },
  {
    title: 'Drill nginx-dead:lb1',
    effects: [
      'All processes of NGINX on lb1 are killed, for real, in the lab.',
      'A client measures what it notices; then everything is healed and held against the promise.',
    ],
    promised: 'Promised outage: at most 3.2 s.',
    request: { does: 'drill', subject: 'nginx-dead:lb1', target: '' },
  },
];

test.each(kinds)(
  '$title: what will happen, what is promised, what is asked of the server, and what came of it',
  async (kind) => {
    const run = vi.fn<DoOperation>(async () => Promise.resolve({ state: 'done', note: 'it is so now' }));
    const dashboard = await browser.dashboard({
      run,
      faults: kind.faults ?? {},
      drills: [{ name: 'nginx-dead:lb1', title: 'All processes of NGINX on lb1 are killed', promisedMs: 3200 }],
    });
    const page = await browser.open(dashboard);
    await settled(page);
    // The list of drills is closed at first.
    if (kind.request.does === 'drill') await page.getByText('Drills 1').click();
    await askFor(page, kind.title);
    const dialog = page.getByRole('dialog', { name: kind.title });
    expect(await dialog.getByRole('listitem').allInnerTexts()).toEqual(kind.effects);
    await dialog.getByText(kind.promised, { exact: true }).waitFor();
    expect(run).not.toHaveBeenCalled();

    await confirm(page, kind.title, 'new disk');
    await dialog.waitFor({ state: 'hidden' });
    const work = page.getByRole('region', { name: 'Asked for' });
    await work.getByText('it is so now').waitFor();
    expect(await work.getByRole('listitem').allInnerTexts()).toEqual([
      expect.stringMatching(new RegExp(`^✓ Done ${kind.title} .*ann: new disk\\s+it is so now$`)),
    ]);
    expect(run.mock.calls.map(([request]) => request)).toEqual([{ ...kind.request, reason: 'new disk' }]);
    await vi.waitFor(
      async () =>
        expect(await rowOf(page, 'Audit log', '1')).toMatch(
          new RegExp(`ann\\s+${kind.title}\\s+new disk\\s+✓ Done: it is so now$`),
        ),
      patience,
    );
  },
);
