import { expect, test } from 'vitest';
import type { Metric } from './metric.ts';
import { metrics } from './metric-catalogue.ts';

const all: readonly Metric[] = Object.values(metrics);

// https://prometheus.io/docs/practices/naming and https://prometheus.io/docs/concepts/data_model
test.each(all)('$name has a name as Prometheus wants it', ({ name, kind, help, labels }) => {
  expect(name).toMatch(/^(evenkeel|process)(_[a-z][a-z0-9]*)+$/);
  expect(name.endsWith('_total')).toBe(kind === 'counter');
  // These belong to the series of a histogram.
  expect(name).not.toMatch(/_(bucket|sum|count)$/);
  // Base units only.
  expect(name).not.toMatch(/_(ms|milliseconds|minutes|hours|days|kilobytes|kb|percent|ratio_percent)(_|$)/);
  expect(help).toMatch(/^[A-Z0-9].*\.$/);
  expect(labels.filter((label) => !/^[a-z][a-z0-9_]*$/.test(label) || label === 'le' || label === 'quantile')).toEqual(
    [],
  );
  expect(new Set(labels).size).toBe(labels.length);
});

test('a time is in seconds, and a point in time says that it is one', () => {
  for (const { name, help } of all) {
    if (/^(When|Since when) /.test(help)) expect(name).toMatch(/_(timestamp_seconds|start_time_seconds)$/);
  }
});

test('no two metrics share a name, or begin the series of another one', () => {
  const names = all.flatMap(({ name, kind }) =>
    kind === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name],
  );
  expect(new Set(names).size).toBe(names.length);
});
