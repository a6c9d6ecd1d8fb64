import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Model } from '../../src/model/model.ts';
import { exportTls } from '../../src/render/export-tls.ts';
import { exampleModel } from '../kit/example-model.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'evenkeel-tls-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Runs tls.sh for the model; returns all that it made, path -> content. */
function made(model: Model): ReadonlyMap<string, string> {
  writeFileSync(join(directory, 'tls.sh'), exportTls(model));
  execFileSync('sh', ['tls.sh', 'out'], { cwd: directory, stdio: ['ignore', 'ignore', 'ignore'] });
  const names = readdirSync(join(directory, 'out'), { recursive: true, encoding: 'utf8', withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(files.map((path) => [path.slice(join(directory, 'out').length + 1), readFileSync(path, 'latin1')]));
}

function siteNames(model: Model, names: readonly [string, ...string[]]): Model {
  return { ...model, sites: model.sites.map((site) => ({ ...site, names })) };
}

test('tls.sh makes nothing anew that is still good', () => {
  const model = exampleModel();
  const first = made(model);
  expect(made(model)).toEqual(first);
});

test('tls.sh follows the edge file: other names get another certificate, another domain a CA that covers it', () => {
  const model = exampleModel();
  const chain = 'tls/devops.com/chain.pem';
  const first = made(model);
  const renamed = made(siteNames(model, ['devops.com', 'shop.devops.com']));
  expect(renamed.get('ca/root.crt')).toBe(first.get('ca/root.crt'));
  expect(new X509Certificate(renamed.get(chain) ?? '').subjectAltName).toBe('DNS:devops.com, DNS:shop.devops.com');
  const moved = made(siteNames(model, ['devops.com', 'devops.example']));
  expect(moved.get('ca/root.crt')).not.toBe(first.get('ca/root.crt'));
  writeFileSync(join(directory, 'chain'), moved.get(chain) ?? '');
  const argv = ['verify', '-CAfile', 'out/ca/root.crt', '-untrusted', 'chain', 'chain'];
  expect(execFileSync('openssl', argv, { cwd: directory, encoding: 'utf8' })).toContain('OK');
});
