import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { evenkeelPath, runProgram } from '../kit/cli.ts';
import { exampleFile } from '../kit/example-model.ts';
import { webhookServer } from '../kit/webhook-server.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'evenkeel-alert-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

async function here(...words: readonly string[]): ReturnType<typeof runProgram> {
  return runProgram([evenkeelPath, ...words], { cwd: directory });
}

async function withAlerts(section: string): Promise<void> {
  await writeFile(join(directory, 'edge.yaml'), `${await readFile(exampleFile('devops.com'), 'utf8')}\n${section}`);
}

test('a test goes to each receiver, and what the other end said is printed', async () => {
  const [good, bad] = [await webhookServer(), await webhookServer()];
  bad.answer({ status: 404, text: 'no such hook' });
  await mkdir(join(directory, 'secrets'), { mode: 0o700 });
  await writeFile(join(directory, 'secrets', 'token'), 'Bearer s3cr3t\n', { mode: 0o600 });
  await withAlerts(`alerts:
  receivers:
    chat: { webhook: { url: "http://127.0.0.1:${good.port}/", header: { name: Authorization, file: secrets/token } } }
    old: { webhook: { url: "http://127.0.0.1:${bad.port}/" } }
    page: { command: [sh, -c, "cat >/dev/null; echo paged"] }
`);
  const all = await here('alert', 'test');
  expect(all.stdout).toBe(
    [
      '  chat  webhook  taken      HTTP 200: ok',
      '  old   webhook  not taken  HTTP 404: no such hook; next: see the URL, and what the receiver takes',
      '  page  command  taken      exit 0: paged',
      '',
    ].join('\n'),
  );
  expect([all.exitCode, all.stderr]).toEqual([1, '']);
  expect(good.calls[0]?.headers.authorization).toBe('Bearer s3cr3t');
  expect(JSON.parse(good.calls[0]?.body ?? '')).toMatchObject({ kind: 'test', edge: 'devops' });
  expect((await here('alert', 'test', 'page')).exitCode).toBe(0);
});

test('a receiver that is not there, or none at all, is a usage error that says what there is', async () => {
  await withAlerts('alerts: { receivers: { chat: { command: [page] } } }');
  const unknown = await here('alert', 'test', 'chta');
  expect([unknown.exitCode, unknown.stderr]).toEqual([2, expect.stringContaining('did you mean chat?')]);
  await withAlerts('');
  const none = await here('alert', 'test');
  expect([none.exitCode, none.stderr]).toEqual([2, expect.stringContaining('names no receiver of alerts')]);
});

test('a secret that others can read is found before it is used', async () => {
  await withAlerts('alerts: { receivers: { chat: { webhook: { url-file: url } } } }');
  await writeFile(join(directory, 'url'), 'https://hooks.example.com/s3cr3t');
  await chmod(join(directory, 'url'), 0o644);
  const check = await here('check');
  expect(check.exitCode).toBe(0);
  expect(check.stderr).toContain('warning EK803: url can be read by others than its owner (mode 0644)');
  expect(check.stderr).toContain('fix: chmod 600 url');
  const sent = await here('alert', 'test');
  expect(sent.exitCode).toBe(1);
  expect(sent.stdout + sent.stderr + check.stdout + check.stderr).not.toContain('s3cr3t');
});

test('the list says that nobody watches yet, and makes no file', async () => {
  await withAlerts('alerts: { receivers: { chat: { command: [page] } } }');
  const list = await here('alert', 'list');
  expect([list.exitCode, list.stderr]).toEqual([0, '']);
  expect(list.stdout).toContain('No dashboard has sent alerts of this edge yet: ');
  expect(list.stdout).toContain('chat      command  untried');
  const json = await here('alert', 'list', '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({ version: 1, watched: false, alerts: [] });
});
