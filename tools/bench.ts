// npm run bench [NAME...]: measures what docs/benchmarks.md shows, and writes it. Names: agent help metrics page proof render plan screen start drills,
// drills-evenkeel drills-fast drills-reference drills:KIND (drills:partition); only when they are named: quiet-idle quiet-busy quiet-shared, an hour each.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { measurePage } from './bench-page.ts';
import { benchDrills, contestants, drillLines, withRows, type DrillTable } from './bench-drills.ts';
import { quietHour, type QuietKind } from './bench-quiet.ts';
import { timed } from './time-command.ts';
import { largeEdgeFile } from './large-edge.ts';
import { manySitesFile } from './many-sites.ts';
import { median } from '../src/base/median.ts';
import { objectAt, textAt } from '../src/facts/fields.ts';
import { bundlePage } from '../src/cli/bundle-page.ts';

const root = resolve(import.meta.dirname, '..');
const evenkeel = join(root, 'bin/evenkeel');
const example = join(root, 'examples/devops.com/edge.yaml');
const recordPath = join(root, 'docs/benchmarks.json');

interface Figure {
  readonly name: string;
  readonly command: string;
  readonly runs: number;
  readonly median: string;
  readonly worst: string;
  readonly note: string;
}

function showTime(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

function figure(
  name: string,
  command: string,
  samples: readonly { readonly ms: number; readonly note?: string }[],
): Figure {
  const times = samples.map((sample) => sample.ms);
  return {
    name,
    command,
    runs: samples.length,
    median: showTime(median(times)),
    worst: showTime(Math.max(...times)),
    note: samples.at(-1)?.note ?? '',
  };
}

async function repeat<T>(runs: number, work: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let run = 0; run < runs; run += 1) results.push(await work());
  return results;
}

async function benchHelp(): Promise<Figure[]> {
  await timed([evenkeel, '--help']);
  return [
    figure('start of `evenkeel --help`', 'bin/evenkeel --help', await repeat(20, () => timed([evenkeel, '--help']))),
  ];
}

async function benchProof(): Promise<Figure[]> {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-bench-'));
  try {
    const file = join(directory, 'edge.yaml');
    writeFileSync(file, largeEdgeFile(8, 64));
    const samples = await repeat(10, () => timed([evenkeel, 'check', '-f', file]));
    return [
      figure('`check` with every single and double fault of 8 balancers, 64 VIPs', 'bin/evenkeel check', samples),
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function benchRender(): Promise<Figure[]> {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-bench-'));
  const figures: Figure[] = [];
  try {
    for (const sites of [1, 100, 1000, 10_000]) {
      const file = join(directory, `${sites}.yaml`);
      writeFileSync(file, manySitesFile(sites));
      const inside = join(root, 'tools/time-render.ts');
      const node = process.execPath;
      const samples = await repeat(5, async () => {
        const report = join(directory, 'render.json');
        await timed([node, inside, file, report]);
        const parsed: unknown = JSON.parse(readFileSync(report, 'utf8'));
        const { ms, peakMib, files } = readRender(parsed);
        return { ms, note: `${files} files, peak ${Math.round(peakMib)} MiB` };
      });
      figures.push(
        figure(`render of ${sites} sites, in memory`, `node tools/time-render.ts (${sites} sites)`, samples),
      );
    }
    for (const sites of [100, 10_000]) {
      const file = join(directory, `${sites}.yaml`);
      const out = join(directory, 'tree');
      const samples = await repeat(3, async () => {
        rmSync(out, { recursive: true, force: true });
        mkdirSync(out);
        const { ms, peakMib } = await timed([evenkeel, 'render', '-f', file, '-o', out]);
        return { ms, note: `peak ${Math.round(peakMib)} MiB` };
      });
      figures.push(figure(`\`evenkeel render -o DIR\`, ${sites} sites, files on disk`, 'bin/evenkeel render', samples));
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  return figures;
}

function readRender(value: unknown): { readonly ms: number; readonly peakMib: number; readonly files: number } {
  const numbers = new Map<string, unknown>(typeof value === 'object' && value !== null ? Object.entries(value) : []);
  return {
    ms: Number(numbers.get('ms')),
    peakMib: Number(numbers.get('peakMib')),
    files: Number(numbers.get('files')),
  };
}

/** Starts `npm start`, waits until the picture says healthy, ends it as Ctrl-C does. */
async function timeStart(
  env: Readonly<Record<string, string>>,
): Promise<{ readonly ms: number; readonly note: string }> {
  const started = performance.now();
  const child = spawn('npm', ['start', '--silent'], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const ready = await new Promise<number>((settle, fail) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('Ctrl-C')) settle(performance.now() - started);
    });
    child.on('close', () => fail(new Error(`npm start ended early: ${text.slice(-500)}`)));
  });
  const stopping = performance.now();
  child.removeAllListeners('close');
  const ended = new Promise<void>((settle) => child.on('close', () => settle()));
  // As a terminal does it: to the whole process group.
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
  await ended;
  return { ms: ready, note: `Ctrl-C to nothing left: ${showTime(performance.now() - stopping)}` };
}

async function benchStart(): Promise<Figure[]> {
  const cache = mkdtempSync(join(tmpdir(), 'evenkeel-bench-cache-'));
  try {
    const env = { EVENKEEL_CACHE: cache };
    const cold = await timeStart(env);
    const warm = await repeat(5, () => timeStart(env));
    return [
      figure('`npm start`, cold: image built, seven machines, applied, healthy', 'npm start (no image)', [cold]),
      figure('`npm start`, warm', 'npm start', warm),
    ];
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
}

async function benchPlan(): Promise<Figure[]> {
  const lab = ['-f', example, '--suffix', 'bench'] as const;
  await timed([evenkeel, 'lab', 'up', ...lab]);
  try {
    await timed([evenkeel, 'apply', ...lab, '--lab', '--yes']);
    const samples = await repeat(10, () => timed([evenkeel, 'plan', ...lab, '--lab', '--exit-code']));
    return [figure('`plan` without changes on the seven hosts', 'bin/evenkeel plan --lab --exit-code', samples)];
  } finally {
    await timed([evenkeel, 'lab', 'down', ...lab]);
  }
}

/** What the agent of a balancer uses at rest, with one pool of so many backends, each asked once a second. Half a minute each, as root. */
async function benchAgent(): Promise<Figure[]> {
  const { execFile } = await import('node:child_process');
  const figures: Figure[] = [];
  for (const [kind, backends] of [
    ['http', 2],
    ['http', 100],
    ['https', 100],
    ['tcp', 100],
  ] as const) {
    const words = ['-m', '-n', process.execPath, join(root, 'tools/agent-world.ts'), kind, String(backends), '30'];
    const samples = await repeat(3, async () => {
      const text = await new Promise<string>((settle, fail) =>
        execFile('unshare', words, (error, stdout) => (error === null ? settle(stdout) : fail(error))),
      );
      const used: { cpuPercent: number; childrenPercent: number; rssMib: number } = JSON.parse(text);
      return { percent: used.cpuPercent + used.childrenPercent, mib: used.rssMib };
    });
    const show = (percent: number): string => `${percent.toFixed(1)} % of a core`;
    figures.push({
      name: `the agent at rest, ${backends} backends checked by ${kind} every second`,
      command: `tools/agent-world.ts ${kind} ${backends} 30`,
      runs: samples.length,
      median: show(median(samples.map((one) => one.percent))),
      worst: show(Math.max(...samples.map((one) => one.percent))),
      note: `resident ${Math.round(Math.max(...samples.map((one) => one.mib)))} MiB`,
    });
  }
  return figures;
}

/** The dashboard's page, in Debian's Chromium on this computer, which runs its server as well. */
async function benchPage(): Promise<Figure[]> {
  const figures: Figure[] = [];
  const parts = await bundlePage(root);
  const script = `script ${Math.round(gzipSync(parts.script).length / 1000)} kB compressed`;
  for (const [hosts, sites] of [
    [20, 10],
    [100, 1000],
  ] as const) {
    const measured = await measurePage(parts, { hosts, sites });
    const { coldMs, framesPerSecond, longestFrameMs, saidWhy, moveMs, serverMib } = measured;
    const edge = `${hosts} hosts, ${sites} sites`;
    const command = 'npm run bench page';
    figures.push(
      figure(
        `the page from a cold browser to its rows, ${edge}`,
        command,
        coldMs.map((ms) => ({ ms, note: script })),
      ),
      figure(
        `a VIP's new holder, from the board to the screen, ${edge}`,
        command,
        moveMs.map((ms) => ({ ms })),
      ),
      {
        name: `frames per second while every row changes each second, ${edge}`,
        command,
        runs: framesPerSecond.length,
        median: median(framesPerSecond).toFixed(0),
        worst: Math.min(...framesPerSecond).toFixed(0),
        note: `longest frame ${showTime(Math.max(...longestFrameMs))}; the page says that it left some out: ${saidWhy ? 'yes' : 'no'}; server ${serverMib} MiB at most`,
      },
    );
  }
  return figures;
}

/** A planned move in a lab, from the kernel of the new holder to the screen. */
async function benchScreen(): Promise<Figure[]> {
  const { measureScreen } = await import('./bench-screen.ts');
  const shown = await measureScreen();
  const toBoard = showTime(median(shown.map(({ boardMs }) => boardMs)));
  const note = `to the board: ${toBoard}; load average ${(loadavg()[0] ?? 0).toFixed(1)}`;
  const name = "a VIP's new holder in the lab, from its kernel's news to the screen";
  return [
    figure(
      name,
      'npm run bench screen',
      shown.map(({ screenMs: ms }) => ({ ms, note })),
    ),
  ];
}

/** What counting requests costs NGINX, as a ratio of processor time; a log from which the same could be counted, for comparison. */
async function benchMetrics(): Promise<Figure[]> {
  const { measureCounting } = await import('./bench-metrics.ts');
  const costs = await measureCounting();
  return costs.flatMap(({ name, rounds, counting, log, bareUs }) =>
    [
      { what: 'counting requests for the metrics', ratios: counting },
      { what: 'a log of them instead, on a tmpfs, without reading it', ratios: log },
    ].map(({ what, ratios }) => ({
      name: `${what}: processor time of NGINX for a request of ${name}, over that without`,
      command: 'npm run bench metrics',
      runs: rounds,
      median: median(ratios).toFixed(3),
      worst: Math.max(...ratios).toFixed(3),
      note: `without: ${bareUs.toFixed(0)} us`,
    })),
  );
}

const benches: Readonly<Record<string, () => Promise<Figure[]>>> = {
  help: benchHelp,
  proof: benchProof,
  render: benchRender,
  plan: benchPlan,
  start: benchStart,
  agent: benchAgent,
  page: benchPage,
  metrics: benchMetrics,
  screen: benchScreen,
};

/** Each takes an hour, so they are measured when they are asked for. */
const hours: Readonly<Record<string, () => Promise<Figure[]>>> = {
  'quiet-idle': () => benchQuiet('idle'),
  'quiet-busy': () => benchQuiet('busy'),
  'quiet-shared': () => benchQuiet('shared'),
};

async function benchQuiet(kind: QuietKind): Promise<Figure[]> {
  const { ms, changes, medianLoad } = await quietHour(kind, console.log);
  for (const change of changes) console.log(change);
  return [
    {
      name: `VIPs that changed their state unasked with \`failover: fast\`, computer ${kind}`,
      command: `npm run bench quiet-${kind}`,
      runs: 1,
      median: String(changes.length),
      worst: String(changes.length),
      note: `${Math.round(ms / 60_000)} minutes, load average ${medianLoad.toFixed(1)}`,
    },
  ];
}

function readRecord(): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(readFileSync(recordPath, 'utf8'));
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Figures of one machine in a table: those of another one may not be held against them. */
function page(record: Readonly<Record<string, unknown>>): string {
  const groups = Object.entries(record).flatMap(([name, rows]) => (Array.isArray(rows) ? [{ name, rows }] : []));
  const byMachine = Map.groupBy(groups, ({ name }) => machineOf(record, name));
  const lines = [
    '# Benchmarks',
    '',
    'Written by `npm run bench` (`tools/bench.ts`); every figure was measured by that run. Times are wall clock.',
    ...[...byMachine].flatMap(([machine, measured]) => [
      '',
      `Machine: ${machine}.`,
      '',
      '| what | command | runs | median | worst | |',
      '|---|---|---|---|---|---|',
      ...measured.flatMap(({ rows }) => rows.map(pageRow)),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

function pageRow(row: object): string {
  const cells = new Map<string, unknown>(Object.entries(row));
  const cell = (key: string): string => textOf(cells.get(key));
  return `| ${cell('name')} | \`${cell('command')}\` | ${cell('runs')} | ${cell('median')} | ${cell('worst')} | ${cell('note')} |`;
}

/** On what a bench was measured; `machine` is that of those measured before each had its own. */
function machineOf(record: Readonly<Record<string, unknown>>, bench: string): string {
  return textAt(objectAt(record, 'machines'), bench) || textAt(record, 'machine');
}

const wanted = process.argv.slice(2);
const tablesPath = join(root, 'docs/benchmarks-drills.json');
const tables = readTables();

function readTables(): DrillTable[] {
  try {
    const parsed: DrillTable[] = JSON.parse(readFileSync(tablesPath, 'utf8'));
    return parsed;
  } catch {
    return [];
  }
}

function writePage(): void {
  writeFileSync(join(root, 'docs/benchmarks.md'), `${page(record)}${drillLines(tables).join('\n')}\n`);
}

const record = readRecord();
for (const [name, bench] of [...Object.entries(benches), ...Object.entries(hours)]) {
  if (!wanted.includes(name) && (wanted.length > 0 || name in hours)) continue;
  console.log(`measuring ${name}`);
  record[name] = await bench();
  const gib = Math.round(totalmem() / 1024 ** 3);
  const machine = `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), ${gib} GiB, Node.js ${process.versions.node}`;
  record['machines'] = { ...objectAt(record, 'machines'), [name]: machine };
  writeFileSync(recordPath, `${JSON.stringify(record, undefined, 2)}\n`);
  writePage();
}
const kinds = wanted.flatMap((word) => /^drills:(.+)$/.exec(word)?.[1] ?? []);
const profiles = contestants.filter(
  (profile) =>
    wanted.length === 0 || wanted.includes('drills') || wanted.includes(`drills-${profile}`) || kinds.length > 0,
);
if (profiles.length > 0) {
  console.log(`measuring drills: ${profiles.join(', ')}`);
  await benchDrills({ profiles, kinds }, (table) => {
    const others = tables.filter((other) => other.profile !== table.profile);
    const merged = withRows(
      tables.find((other) => other.profile === table.profile),
      table,
    );
    const order = [...others, merged].sort((a, b) => (a.profile < b.profile ? -1 : 1));
    tables.splice(0, tables.length, ...order);
    writeFileSync(tablesPath, `${JSON.stringify(tables, undefined, 2)}\n`);
    writePage();
  });
}
// Also when nothing was measured: the page is made from the figures there are (`npm run bench nothing`).
writePage();
console.log(page(record));
