import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { minuteMs } from '../../src/report/probe-minute.ts';
import { openEdgeHistory } from '../../src/store/edge-history.ts';
import { openProbeHistory } from '../../src/store/probe-history.ts';
import { evenkeelPath, runProgram } from '../kit/cli.ts';
import { exampleFile } from '../kit/example-model.ts';
import { afterNoon, sampleEvents, sampleSpan, sampleView } from '../kit/report-sample.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'evenkeel-reports-'));
  const text = await readFile(exampleFile('devops.com'), 'utf8');
  await writeFile(join(directory, 'edge.yaml'), text.replace('pool: web }', 'pool: web, slo: 99.9% }'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

async function report(...words: readonly string[]): ReturnType<typeof runProgram> {
  return runProgram([evenkeelPath, 'report', ...words], { cwd: directory });
}

/** An hour from noon in which something happened, with names that are markup. */
function keepHistory(place: '' | '-lab' = ''): void {
  const timeline = openEdgeHistory(join(directory, `.evenkeel/devops/timeline${place}.db`));
  timeline.keepView(afterNoon(-900), sampleView(['lb1']));
  timeline.addEvents(sampleEvents);
  timeline.keepView(afterNoon(302), sampleView(['lb2']));
  const id = timeline.beginOperation({
    at: afterNoon(480),
    operator: 'ann',
    title: 'Move vip1 to lb1',
    reason: '<script>alert(1)</script> | home',
  });
  timeline.endOperation(id, { at: afterNoon(481), state: 'done', note: 'moved' });
  timeline.close();
  const probes = openProbeHistory(join(directory, `.evenkeel/devops/probes${place}.db`));
  const site = 'devops.com';
  probes.add([0, 1, 2].map((minute) => sampleSpan(minute, { site, failed: minute === 1 ? 60 : 0 })));
  probes.close();
}

const range = ['--from', '2024-11-29T12:00Z', '--to', '2024-11-29 12:15'];

test('without a history everything is unknown, and no file is made', async () => {
  const run = await report('month', '2024-01');
  expect([run.exitCode, run.stderr]).toEqual([0, '']);
  expect(run.stdout).toContain('nothing is known of availability: nobody asked');
  expect(run.stdout).toContain('0 of 2 targets met, 2 unknown');
  expect(existsSync(join(directory, '.evenkeel'))).toBe(false);
});

test('an incident as Markdown, JSON and HTML, with what people did and why', async () => {
  keepHistory();
  const run = await report('incident', ...range, '--html', 'incident.html');
  expect(run.exitCode).toBe(0);
  expect(run.stdout).toContain('# devops: 2024-11-29 12:00:00 to 2024-11-29 12:15:00 UTC');
  expect(run.stdout).toContain('66.666 %');
  expect(run.stdout).toContain('vip1 is held by lb2');
  expect(run.stdout).toContain(String.raw`&lt;script&gt;alert(1)&lt;/script&gt; \| home`);
  const page = await readFile(join(directory, 'incident.html'), 'utf8');
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt; | home');
  expect(page).not.toContain('<script');
  const json: unknown = JSON.parse((await report('incident', ...range, '--json')).stdout);
  expect(json).toMatchObject({
    version: 1,
    kind: 'incident',
    edge: 'devops',
    place: 'real',
    availability: [{ vip: 'vip1', knownMs: 3 * minuteMs, outageMs: minuteMs, slo: 99.9 }, { vip: 'vip2' }],
    operations: [{ operator: 'ann', state: 'done' }],
  });
});

test('the lab has a history of its own', async () => {
  keepHistory('-lab');
  expect((await report('incident', ...range)).stdout).toContain('nothing is known of availability');
  expect((await report('incident', ...range, '--lab')).stdout).toContain('# devops (lab)');
  expect((await report('incident', ...range, '--lab')).stdout).toContain('66.666 %');
});

test('a month whose target was missed ends with 1', async () => {
  const probes = openProbeHistory(join(directory, '.evenkeel/devops/probes.db'));
  const spans = Array.from({ length: 50 }, (_, minute) =>
    sampleSpan(minute, { site: 'devops.com', from: Date.UTC(2024, 9, 5) + minute * minuteMs, failed: 60 }),
  );
  probes.add(spans);
  probes.close();
  const run = await report('month', '2024-10');
  expect(run.exitCode).toBe(1);
  expect(run.stdout).toContain('1 of 2 targets MISSED: devops.com through vip1');
});

test.each([
  [['month', '2026-13'], '2026-13 is no month; write one like 2026-11'],
  [['incident', '--from', 'soon'], 'soon is no time'],
  [['incident', '--from', '1h', '--to', '2h'], 'ends before it begins'],
])('%j is usage', async (words, said) => {
  const run = await report(...words);
  expect([run.exitCode, run.stdout]).toEqual([2, '']);
  expect(run.stderr).toContain(said);
});

test('a damaged history is named with the way out', async () => {
  keepHistory();
  await writeFile(join(directory, '.evenkeel/devops/probes.db'), 'no database\n'.repeat(100));
  const run = await report('incident', ...range);
  expect(run.exitCode).toBe(1);
  expect(run.stderr).toContain('the history of the probe');
  expect(run.stderr).toContain('mv ');
});
