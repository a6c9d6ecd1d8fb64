import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliRun, runProgram } from '../kit/cli.ts';
import type { LoadOrder } from '../../src/drill/load-stream.ts';
import { readProbeLine } from '../../src/drill/probe-lines.ts';
import { targetPaths } from '../../src/drill/target-paths.ts';
import { startLineProcess } from '../../src/hosts/line-process.ts';
import { startDrillSite } from '../kit/drill-site.ts';
import { exampleFile } from '../kit/example-model.ts';

/** The packed package, installed elsewhere as a stranger does it. */
const root = fileURLToPath(new URL('../..', import.meta.url));
let directory = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'evenkeel-pack-'));
  const packed = await runProgram(['npm', 'pack', '--silent', '--pack-destination', directory], { cwd: root });
  expect(packed.exitCode, packed.stderr).toBe(0);
  const [archive = ''] = (await readdir(directory)).filter((name) => name.endsWith('.tgz'));
  await writeFile(join(directory, 'package.json'), '{ "name": "elsewhere", "private": true }\n');
  const install = ['npm', 'install', '--silent', '--no-audit', '--no-fund', `./${archive}`] as const;
  const installed = await runProgram([...install], { cwd: directory });
  expect(installed.exitCode, installed.stderr).toBe(0);
});
afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

async function installed(...words: readonly string[]): Promise<CliRun> {
  return runProgram([join(directory, 'node_modules/.bin/evenkeel'), ...words], { cwd: directory });
}

test('the installed command runs on its own Node.js and is the same program', async () => {
  const version = await installed('version');
  expect(version.stdout, version.stderr).toMatch(/^evenkeel \d+\.\d+\.\d+ on Node\.js 24\./);
  const check = await installed('check', '-f', exampleFile('devops.com'));
  expect(check.exitCode, check.stderr).toBe(0);
  expect(check.stdout).toContain('the edge "devops" is right');
});

test('it writes, checks and renders an edge of its own', async () => {
  const init = await installed('init');
  await writeFile(join(directory, 'edge.yaml'), init.stdout);
  expect((await installed('check')).exitCode).toBe(0);
  const render = await installed('render', '-o', 'tree');
  expect(render.exitCode, render.stderr).toBe(0);
  expect((await readdir(join(directory, 'tree'))).length).toBeGreaterThan(3);
});

test('what its messages and its README send a reader to is there, and what Prometheus and Grafana read', async () => {
  const files = [
    'docs/alerts.md',
    'docs/metrics.md',
    'monitoring/alert-rules.yaml',
    'monitoring/grafana-dashboard.json',
  ];
  for (const name of files) {
    const [there, here] = [join(directory, 'node_modules/evenkeel', name), join(root, name)];
    expect(await readFile(there, 'utf8'), name).toBe(await readFile(here, 'utf8'));
  }
});

test("a drill's probe and target run from it", async () => {
  const dist = join(directory, 'node_modules/evenkeel/dist');
  const site = await startDrillSite(['devops.com'], join(dist, 'drill-target.js'));
  const bytes = 100_000;
  const base = {
    target: { kind: 'address', address: '127.0.0.1' },
    name: 'devops.com',
    port: site.port,
    timeoutMs: 5_000,
  } as const;
  const path = `${targetPaths.download}?bytes=${bytes}&seed=3`;
  const order: LoadOrder = {
    streams: [
      { ...base, kind: 'new-connection', id: 'short', path: targetPaths.ok, everyMs: 50 },
      { ...base, kind: 'download', id: 'long', path, clients: 1, bytes, bytesPerSecond: 1_000_000 },
    ],
    nameservers: [],
    ca: site.caPem,
  };
  const seen = new Set<string>();
  const probe = await startLineProcess({
    argv: [process.execPath, join(dist, 'drill-probe.js')],
    onLine: (line) => {
      const record = readProbeLine(line);
      if (record?.kind === 'request' || record?.kind === 'connection') {
        seen.add(`${record.kind} ${record.stream} ${record.failure ?? 'well'} ${record.server}`);
      }
    },
  });
  probe.send(JSON.stringify(order));
  await expect
    .poll(() => [...seen].sort(), { timeout: 30_000 })
    .toEqual(['connection long well web1', 'request short well web1']);
  expect(await probe.end(20_000)).toEqual({ exitCode: 0, said: '' });
  await site.close();
});
