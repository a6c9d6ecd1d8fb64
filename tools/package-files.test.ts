import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { objectsOf, textAt } from '../src/facts/fields.ts';

const root = resolve(import.meta.dirname, '..');

/** What `npm pack` would take, but for what a build makes. */
let packed: readonly string[] = [];
beforeAll(() => {
  const words = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const { status, stdout, stderr } = spawnSync('npm', words, { cwd: root, encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  packed = objectsOf(JSON.parse(stdout)).flatMap(({ files }) => objectsOf(files).map((file) => textAt(file, 'path')));
});

test('the package has all that README and messages send a reader to, and the dashboard and rules for Prometheus', () => {
  const wanted = ['docs', 'monitoring'].flatMap((directory) =>
    readdirSync(join(root, directory), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name))),
  );
  expect(wanted).toEqual(
    expect.arrayContaining(['docs/alerts.md', 'monitoring/alert-rules.yaml', 'monitoring/grafana-dashboard.json']),
  );
  expect(wanted.filter((path) => !packed.includes(path))).toEqual([]);
});

test('no source, no test and nothing that a run left behind goes along', () => {
  expect(packed).toContain('bin/evenkeel');
  expect(packed.filter((path) => /^(src|test|tools|ui|node_modules)\/|(^|\/)\.evenkeel\//.test(path))).toEqual([]);
});
