import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPrometheus } from '../../test/kit/read-prometheus.ts';
import { histogramOf, valuesOf, type Metric } from './metric.ts';
import { printPrometheus } from './prometheus-text.ts';

const gauge = {
  name: 'evenkeel_thing',
  kind: 'gauge',
  help: 'What it is.',
  labels: ['host', 'name'],
} as const satisfies Metric;
const counter = { ...gauge, name: 'evenkeel_thing_total', kind: 'counter' } as const satisfies Metric;
const histogram = {
  name: 'evenkeel_took_seconds',
  kind: 'histogram',
  help: 'How long.',
  labels: ['host'],
} as const satisfies Metric;

describe('what is printed', () => {
  test('each family has its help and its type once, then its values', () => {
    const families = [
      valuesOf(gauge, [
        { labels: { host: 'lb1', name: 'a' }, value: 1.5 },
        { labels: { host: 'lb2', name: 'a' }, value: -0 },
      ]),
      valuesOf(counter, [{ labels: { host: 'lb1', name: 'b' }, value: 1e21 }]),
    ];
    expect(printPrometheus(families)).toBe(`# HELP evenkeel_thing What it is.
# TYPE evenkeel_thing gauge
evenkeel_thing{host="lb1",name="a"} 1.5
evenkeel_thing{host="lb2",name="a"} 0
# HELP evenkeel_thing_total What it is.
# TYPE evenkeel_thing_total counter
evenkeel_thing_total{host="lb1",name="b"} 1e+21
`);
  });

  test('buckets hold those before them, and the last one all', () => {
    const text = printPrometheus([
      histogramOf(histogram, [0.1, 1], [{ labels: { host: 'lb1' }, counts: [3, 0, 2], sum: 7.25 }]),
    ]);
    expect(text.split('\n').slice(2)).toEqual([
      'evenkeel_took_seconds_bucket{host="lb1",le="0.1"} 3',
      'evenkeel_took_seconds_bucket{host="lb1",le="1"} 3',
      'evenkeel_took_seconds_bucket{host="lb1",le="+Inf"} 5',
      'evenkeel_took_seconds_sum{host="lb1"} 7.25',
      'evenkeel_took_seconds_count{host="lb1"} 5',
      '',
    ]);
  });

  test('a family without a value is not there, and one without labels has no braces', () => {
    expect(printPrometheus([valuesOf(gauge, [])])).toBe('');
    const plain = { ...gauge, labels: [] } as const satisfies Metric;
    expect(printPrometheus([valuesOf(plain, [{ labels: {}, value: Number.NaN }])])).toContain('\nevenkeel_thing NaN\n');
  });

  test('what would end a line, a text or the whole is escaped', () => {
    const labels = { host: 'a"b\\c\nd', name: 'nul\0 half\uD800' };
    const text = printPrometheus([valuesOf({ ...gauge, help: 'One\nor \\two.' }, [{ labels, value: 1 }])]);
    expect(text).toContain('# HELP evenkeel_thing One\\nor \\\\two.\n');
    expect(text).toContain('host="a\\"b\\\\c\\nd",name="nul\uFFFD half\uFFFD"');
  });

  test('of two values with the same labels the first is said, in whatever order their labels are', () => {
    const text = printPrometheus([
      valuesOf(gauge, [
        { labels: { host: 'lb1', name: 'a' }, value: 1 },
        { labels: { name: 'a', host: 'lb1' }, value: 2 },
      ]),
    ]);
    expect(readPrometheus(text)[0]?.samples).toEqual([
      { name: 'evenkeel_thing', labels: { host: 'lb1', name: 'a' }, value: 1 },
    ]);
  });
});

const labelText = fc.string({ unit: 'grapheme', maxLength: 12 });

test('whatever labels and values are, a reader gets them back', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(labelText, labelText, fc.double()), { maxLength: 20 }), (rows) => {
      const samples = rows.map(([host, name, value]) => ({ labels: { host, name }, value }));
      const read = readPrometheus(printPrometheus([valuesOf(gauge, samples)]));
      const wanted = new Map(
        samples
          .toReversed()
          .map(({ labels, value }) => [JSON.stringify([plain(labels.host), plain(labels.name)]), value]),
      );
      const found = (read[0]?.samples ?? []).map(({ labels, value }) => [
        JSON.stringify([labels['host'], labels['name']]),
        value,
      ]);
      expect(new Map(found.map(([key, value]) => [String(key), Number(value)]))).toEqual(
        new Map([...wanted].map(([key, value]) => [key, Object.is(value, -0) ? 0 : value])),
      );
    }),
  );
});

/** A NUL is said as U+FFFD. */
function plain(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

test('buckets never fall, and the last one is the count', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1000), { minLength: 4, maxLength: 4 }), (counts) => {
      const text = printPrometheus([
        histogramOf(histogram, [0.1, 1, 5], [{ labels: { host: 'lb1' }, counts, sum: 1 }]),
      ]);
      const [family] = readPrometheus(text);
      const buckets = (family?.samples ?? []).filter(({ name }) => name.endsWith('_bucket')).map(({ value }) => value);
      expect(buckets).toEqual(buckets.toSorted((a, b) => a - b));
      expect(buckets.at(-1)).toBe(counts.reduce((sum, one) => sum + one, 0));
      expect(family?.samples.at(-1)).toMatchObject({ name: 'evenkeel_took_seconds_count', value: buckets.at(-1) });
    }),
  );
});
