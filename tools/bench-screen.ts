// How long after the kernel has a VIP the page shows it: in a lab of the example, through `evenkeel serve`, in Debian's Chromium.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { openLabMachine } from '../src/cli/edge-hosts.ts';
import { parseAddressNews } from '../src/facts/address-news.ts';
import { labOfModel } from '../src/lab/lab-of-model.ts';
import type { TimelineEvent } from '../src/report/timeline-event.ts';
import { exampleModel } from '../test/kit/example-model.ts';
import { launchBrowser } from '../test/kit/launch-browser.ts';
import { heldBy } from './page-holder.ts';
import { runEvenkeel, writeNormalExample } from './run-evenkeel.ts';

const root = resolve(import.meta.dirname, '..');
// Short: the paths of its sockets are (unix(7)).
const suffix = 'bench';
const moves = 10;
const balancers = ['lb1', 'lb2'] as const;
/** Something that was to be seen and is not. Milliseconds. */
const longestMs = 120_000;

/** A balancer that has the VIP, or shows as its holder, since a moment (milliseconds since 1970). */
interface Holder {
  readonly holder: string;
  readonly at: number;
}

/** A move, in milliseconds from the kernel's own news that the new holder has the address: all machines of a lab share this computer's clock. */
export interface ShownMove {
  /** To the event of the board. */
  readonly boardMs: number;
  /** To the page's table that says so. */
  readonly screenMs: number;
}

/** Moves a VIP back and forth. */
export async function measureScreen(): Promise<readonly ShownMove[]> {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-bench-'));
  const lab = ['-f', writeNormalExample(folder), '--suffix', suffix];
  await runEvenkeel(['lab', 'up', ...lab]);
  try {
    await runEvenkeel(['apply', ...lab, '--lab', '--yes']);
    return await measureMoves([...lab, '--lab']);
  } finally {
    await runEvenkeel(['lab', 'down', ...lab]);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureMoves(lab: readonly string[]): Promise<readonly ShownMove[]> {
  const kernel: Holder[] = [];
  const ends = new AbortController();
  const monitors = balancers.map((name) => monitor(name, { ends: ends.signal, onNews: (news) => kernel.push(news) }));
  const server = spawn(join(root, 'bin/evenkeel'), ['serve', ...lab, '--listen', '127.0.0.1:0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.addInitScript(noteHolders);
    await page.goto(await linkOf(server));
    await shownBy(page, { holder: 'lb1', at: 0 });
    const shown: ShownMove[] = [];
    for (let run = 0; run < moves; run += 1) {
      const target = balancers[(run + 1) % 2] ?? 'lb1';
      const began = Date.now();
      await runEvenkeel(['move', 'vip1', target, ...lab]);
      const told = await until(() => kernel.find(({ holder, at }) => holder === target && at >= began));
      const at = await shownBy(page, { holder: target, at: began });
      shown.push({ boardMs: (await eventOf(page, { holder: target, at: began })) - told.at, screenMs: at - told.at });
      // The next move is one of an edge that is at rest: the page shows a former holder for 1.5 s at most.
      await wait(2_000);
    }
    return shown;
  } finally {
    await browser.close();
    server.kill('SIGINT');
    ends.abort();
    await Promise.all([...monitors, new Promise((ended) => server.once('close', ended))]);
  }
}

/** Follows the kernel of a balancer: when it gets the address of vip1. */
async function monitor(
  name: string,
  { ends, onNews }: { readonly ends: AbortSignal; readonly onNews: (news: Holder) => void },
): Promise<void> {
  const model = exampleModel();
  const address = model.vips.find((vip) => vip.name === 'vip1')?.ipv4.text ?? '';
  const host = openLabMachine(labOfModel(model, { release: 'debian13', suffix }).name, name);
  try {
    await host.follow({
      // -ts: a time before each line, in the time zone of the process (ip(8)).
      argv: ['env', 'TZ=UTC', 'ip', '-ts', '-o', 'monitor', 'address'],
      as: 'login',
      onBegin: () => undefined,
      onLine: (line) => {
        const [, at, what = ''] = /^\[([^\]]+)\]\s*(.*)$/.exec(line) ?? [];
        const news = parseAddressNews(what);
        if (at === undefined || news?.address !== address || !news.isThere) return;
        onNews({ holder: name, at: Date.parse(`${at.slice(0, 23)}Z`) });
      },
      signal: ends,
    });
  } finally {
    await host.close();
  }
}

/** Writes down in the page when its table says that another balancer holds vip1. The page's policy lets in no script of ours, so it comes through the browser's own door. */
const noteHolders = `window.holders = [];
new MutationObserver(() => {
  const holder = (${heldBy})('vip1');
  if (holder !== '' && window.holders.at(-1)?.holder !== holder) window.holders.push({ holder, at: Date.now() });
}).observe(document, { childList: true, subtree: true, characterData: true });`;

/** When the page showed this holder first, at this time or later. */
async function shownBy(page: Page, { holder, at }: Holder): Promise<number> {
  const found = await until(async () => {
    const shown = await page.evaluate<readonly Holder[]>('window.holders');
    return shown.find((one) => one.holder === holder && one.at >= at);
  });
  return found.at;
}

/** When the board knew it: the time of its event. */
async function eventOf(page: Page, { holder, at }: Holder): Promise<number> {
  const events = await page.evaluate<readonly TimelineEvent[]>(
    "fetch('/api/events?kind=holder').then((answer) => answer.json()).then(({ events }) => events)",
  );
  const mine = events.filter(
    ({ subject, text }) => subject === 'vip1' && text.startsWith(`vip1 is held by ${holder},`),
  );
  return Math.min(...mine.map((event) => Date.parse(event.at)).filter((time) => time >= at));
}

async function until<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const end = performance.now() + longestMs;
  while (performance.now() < end) {
    const found = await look();
    if (found !== undefined) return found;
    await wait(20);
  }
  throw new Error(`not seen in ${longestMs / 1000} s`);
}

/** What opens the dashboard, as `serve` prints it. */
async function linkOf({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error('its words go elsewhere');
  for await (const line of createInterface({ input: stdout })) {
    const link = /http:\S+/.exec(line)?.[0];
    if (link !== undefined) return link;
  }
  throw new Error('evenkeel serve ended');
}
