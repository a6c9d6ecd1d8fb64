import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliRun, runProgram } from '../kit/cli.ts';
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
