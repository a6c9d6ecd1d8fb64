import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import { isObject, type JsonObject, objectsOf } from '../../src/facts/fields.ts';
import { freePort } from './free-port.ts';

/** The alert rules that evenkeel comes with. */
export const alertRulesPath = resolve(import.meta.dirname, '../../monitoring/alert-rules.yaml');
const waiting = { timeout: 120_000, interval: 250 };

/** A folder of this test alone. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-prometheus-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A file with a secret in it, for this test alone. */
export function secretFile(text: string): string {
  const path = join(testFolder(), 'secret');
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

/** Starts a Prometheus on loopback that scrapes each second as this says and knows the alert rules; it ends with the test. Returns its origin. */
export async function prometheus(scrape: JsonObject): Promise<string> {
  const folder = testFolder();
  // JSON is YAML.
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: [alertRulesPath],
    scrape_configs: [{ ...scrape, job_name: 'evenkeel', scrape_interval: '1s' }],
  };
  writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config));
  const listen = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${listen}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
  const ended = new Promise<void>((end) => child.once('exit', () => end()));
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  const origin = `http://${listen}`;
  await vi.waitFor(async () => {
    if (child.exitCode !== null) throw new Error(said);
    expect((await fetch(`${origin}/-/ready`)).status).toBe(200);
  }, waiting);
  return origin;
}

/** What its API says at a path. Throws when that is no success. */
export async function api(origin: string, path: string): Promise<unknown> {
  const answer: unknown = await fetch(`${origin}/api/v1/${path}`).then((response) => response.json());
  if (!isObject(answer) || answer['status'] !== 'success') throw new Error(JSON.stringify(answer));
  return answer['data'];
}

/** What an expression gives now: labels and value. */
export async function query(origin: string, expression: string) {
  const data = await api(origin, `query?query=${encodeURIComponent(expression)}`);
  const results = isObject(data) ? objectsOf(data['result']) : [];
  return results.map(({ metric, value }) => ({ metric, value: Array.isArray(value) ? Number(value[1]) : Number.NaN }));
}
