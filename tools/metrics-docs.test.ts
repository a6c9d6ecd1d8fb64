import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { metrics } from '../src/report/metric-catalogue.ts';
import { metricsPage } from '../src/report/metrics-page.ts';

const root = resolve(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(resolve(root, path), 'utf8');

test('docs/metrics.md is what the code says (node tools/write-generated.ts)', () => {
  expect(read('docs/metrics.md')).toBe(metricsPage());
});

test.each(['monitoring/grafana-dashboard.json', 'monitoring/alert-rules.yaml'])(
  '%s names metrics that exist',
  (path) => {
    const known = new Set(
      Object.values(metrics).flatMap(({ name, kind }) =>
        kind === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
      ),
    );
    const named = [...read(path).matchAll(/\bevenkeel_[a-z0-9_]+\b/g)].map(([name]) => name);
    expect(named.length).toBeGreaterThan(20);
    expect([...new Set(named)].filter((name) => !known.has(name))).toEqual([]);
  },
);

test('each file that the page names is there', () => {
  const named = [...metricsPage().matchAll(/`((?:docs|monitoring)\/[\w./-]+)`/g)].map((match) => match[1] ?? '');
  expect(named.filter((path) => !existsSync(resolve(root, path)))).toEqual([]);
});
