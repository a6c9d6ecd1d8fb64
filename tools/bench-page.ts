import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { PageParts } from '../src/cli/bundle-page.ts';
import { serveNodeFlags } from '../src/render/serve-host.ts';
import { launchBrowser } from '../test/kit/launch-browser.ts';
import { heldBy } from './page-holder.ts';

/** What was measured of the dashboard's page with an edge of one size. Milliseconds, unless it says otherwise. */
export interface PageFigures {
  /** From the request for the page to a table with rows, with a browser that was just started. */
  readonly coldMs: readonly number[];
  /** Frames in each second, while every row changed once a second. */
  readonly framesPerSecond: readonly number[];
  /** The longest time between two frames of each second. */
  readonly longestFrameMs: readonly number[];
  /** Whether the page said afterwards that it left out frames, and why. */
  readonly saidWhy: boolean;
  /** From a new holder on the board to the page that shows it. */
  readonly moveMs: readonly number[];
  /** The most that the server had resident. MiB. */
  readonly serverMib: number;
}

const root = resolve(import.meta.dirname, '..');

/** How large an edge is. */
interface EdgeSize {
  readonly hosts: number;
  readonly sites: number;
}

/** Measures the page with an edge of one size. */
export async function measurePage({ script, style }: PageParts, { hosts, sites }: EdgeSize): Promise<PageFigures> {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-bench-'));
  writeFileSync(join(directory, 'page.js'), script);
  writeFileSync(join(directory, 'page.css'), style);
  const argv = [...serveNodeFlags, join(root, 'tools/page-server.ts'), directory, String(hosts), String(sites)];
  // As bin/evenkeel starts it, for the second time: what takes the types out of the sources is then not loaded.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(directory, 'compiled') };
  const first = spawn(process.execPath, argv, { stdio: ['ignore', 'ignore', 'inherit'], env });
  await new Promise((ends) => first.once('close', ends));
  const server = spawn(process.execPath, argv, { stdio: ['pipe', 'pipe', 'inherit'], env });
  const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const line = await lines.next();
    if (line.done === true) throw new Error('tools/page-server.ts ended');
    return line.value;
  };
  try {
    const link = await next();
    const coldMs: number[] = [];
    for (let run = 0; run < 5; run += 1) coldMs.push(await coldStart(link));
    const watched = await watchUpdates(link, { server, next });
    return { coldMs, ...watched, serverMib: peakMib(server.pid ?? 0) };
  } finally {
    server.stdin.end();
    await new Promise((ends) => server.once('close', ends));
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Notes when the first rows are there. The page's policy lets in no script of ours, so it comes through the browser's own door. */
const noteRows = `window.rowsAt = new Promise((settle) => {
  const look = () => {
    if (document.querySelectorAll('#sites tbody tr').length > 0) settle(performance.now());
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})`;

/** As a person with a fresh browser: the link, the page, its script, the first rows, a frame. */
async function coldStart(link: string): Promise<number> {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.addInitScript(noteRows);
    await page.goto(link);
    return await page.evaluate<number>('window.rowsAt');
  } finally {
    await browser.close();
  }
}

interface Server {
  readonly server: ChildProcessByStdio<Writable, Readable, null>;
  readonly next: () => Promise<string>;
}

/** Counts frames second by second; the result is read after ten. */
const countFrames = `new Promise((settle) => {
  const seconds = [];
  let began = performance.now(), last = began, frames = 0, longest = 0;
  const frame = (now) => {
    frames += 1;
    longest = Math.max(longest, now - last);
    last = now;
    if (now - began >= 1000) {
      seconds.push({ frames: frames * 1000 / (now - began), longest });
      began = now; frames = 0; longest = 0;
    }
    if (seconds.length < 10) requestAnimationFrame(frame);
    else settle(seconds);
  };
  requestAnimationFrame(frame);
})`;

/** Resolves with the time at which the table says that vip1 is held by this balancer. */
function waitForHolder(balancer: string): string {
  return `new Promise((settle) => {
    const look = () => {
      if ((${heldBy})('vip1') === '${balancer}') settle(Date.now());
      else requestAnimationFrame(look);
    };
    look();
  })`;
}

async function watchUpdates(link: string, { server, next }: Server) {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
    await page.addInitScript(noteRows);
    await page.goto(link);
    await page.evaluate('window.rowsAt');
    const seconds = await page.evaluate<readonly { frames: number; longest: number }[]>(countFrames);
    const saidWhy = (await page.getByText(/left out frames/).count()) > 0;
    const moveMs: number[] = [];
    for (let run = 0; run < 10; run += 1) {
      server.stdin.write('move\n');
      const [holder = '', at = ''] = (await next()).split(' ');
      moveMs.push((await page.evaluate<number>(waitForHolder(holder))) - Number(at));
    }
    return {
      framesPerSecond: seconds.map(({ frames }) => frames),
      longestFrameMs: seconds.map(({ longest }) => longest),
      saidWhy,
      moveMs,
    };
  } finally {
    await browser.close();
  }
}

function peakMib(pid: number): number {
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kib ?? 0) / 1024);
}
