import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDrillHistory } from '../../src/store/drill-history.ts';
import { evenkeelPath, runProgram } from '../kit/cli.ts';
import { sampleFaults, sampleReport } from '../kit/drill-report-sample.ts';
import { exampleFile } from '../kit/example-model.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'evenkeel-drills-'));
  await copyFile(exampleFile('devops.com'), join(directory, 'edge.yaml'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const snapshot = (name: string): string => `snapshots/${name}.txt`;

const kept = sampleReport({ faults: sampleFaults.slice(0, 2), seed: 5 });
const slower = sampleReport({
  faults: sampleFaults.map((fault) =>
    fault.name === 'nginx-dead:lb1' ? { ...fault, gapMs: 600, verdict: 'broken' } : fault,
  ),
});

async function drill(...words: readonly string[]): ReturnType<typeof runProgram> {
  return runProgram([evenkeelPath, 'drill', ...words], { cwd: directory });
}

function keepBoth(): void {
  const history = openDrillHistory(join(directory, '.evenkeel/devops/history.db'));
  history.add(kept);
  history.add(slower);
  history.close();
}

test('without a drill there is nothing to show, and no file is made', async () => {
  const history = await drill('history');
  expect([history.exitCode, history.stdout]).toEqual([0, 'no drill was kept yet\n']);
  const report = await drill('report');
  expect(report.exitCode).toBe(1);
  expect(report.stderr).toContain('no drill of devops was kept yet');
  await expect(readFile(join(directory, '.evenkeel/devops/history.db'))).rejects.toThrow('ENOENT');
});

test('history lists what was held, the newest last', async () => {
  keepBoth();
  const run = await drill('history');
  expect(run.exitCode).toBe(0);
  await expect(run.stdout).toMatchFileSnapshot(snapshot('drill-history'));
  const json: unknown = JSON.parse((await drill('history', '--json')).stdout);
  expect(json).toMatchObject({
    version: 1,
    edge: 'devops',
    drills: [
      { id: 1, verdict: 'kept' },
      { id: 2, faults: 8 },
    ],
  });
});

test('report shows the last drill or the one that is named; the exit code is its verdict', async () => {
  keepBoth();
  const last = await drill('report', '--html', 'drill.html');
  expect(last.exitCode).toBe(1);
  expect(last.stdout).toContain('NOT KEPT  devops');
  expect(await readFile(join(directory, 'drill.html'), 'utf8')).toMatch(/^<!doctype html>/);
  const first = await drill('report', '1', '--json');
  expect(first.exitCode).toBe(0);
  expect(JSON.parse(first.stdout)).toEqual(kept);
  const none = await drill('report', '9');
  expect(none.exitCode).toBe(1);
  expect(none.stderr).toContain('there is no drill 9');
});

test('compare takes numbers and files, and fails when something became worse', async () => {
  keepBoth();
  await writeFile(join(directory, 'after.json'), JSON.stringify(slower));
  const worse = await drill('compare', '1', 'after.json');
  expect(worse.exitCode).toBe(1);
  await expect(worse.stdout).toMatchFileSnapshot(snapshot('drill-compare'));
  const same = await drill('compare', '2', 'after.json', '--json');
  expect(same.exitCode).toBe(0);
  expect(JSON.parse(same.stdout)).toMatchObject({ version: 1, onlyBefore: [], onlyAfter: [] });
});

test('a file that is no report is refused with the place that is wrong', async () => {
  await writeFile(join(directory, 'x.json'), JSON.stringify({ ...kept, place: 'moon' }));
  const run = await drill('compare', 'x.json', 'x.json');
  expect(run.exitCode).toBe(1);
  expect(run.stderr).toContain('x.json is no report of a drill: place is none of lab, real');
});

test('a damaged history is named with the way out', async () => {
  keepBoth();
  await writeFile(join(directory, '.evenkeel/devops/history.db'), 'no database\n'.repeat(100));
  const run = await drill('history');
  expect(run.exitCode).toBe(1);
  expect(run.stderr).toContain('is damaged');
  expect(run.stderr).toContain('history.db.damaged');
});
