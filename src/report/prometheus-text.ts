import type { HistogramSample, MetricFamily, Sample } from './metric.ts';

/** `Content-Type` of what is printed. */
export const prometheusType = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Prints metrics in Prometheus' text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats), each family once and whole, those
 * without a value not at all. Of two values with the same labels the first is printed: Prometheus would refuse both.
 */
export function printPrometheus(families: readonly MetricFamily[]): string {
  return families.map(printFamily).join('');
}

function printFamily(family: MetricFamily): string {
  const { name, help, kind } = family.metric;
  const lines =
    family.kind === 'values'
      ? firstOfEach(family.samples).flatMap(
          ({ labels, value }) => `${name}${printLabels(labels)} ${printNumber(value)}`,
        )
      : firstOfEach(family.samples).flatMap((sample) => printHistogram(name, family.bounds, sample));
  if (lines.length === 0) return '';
  return [`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} ${kind}`, ...lines, ''].join('\n');
}

/** Buckets are cumulative there: each holds those before it. */
function printHistogram(
  name: string,
  bounds: readonly number[],
  { labels, counts, sum }: HistogramSample,
): readonly string[] {
  let count = 0;
  const buckets = [...bounds, Number.POSITIVE_INFINITY].map((bound, index) => {
    count += counts[index] ?? 0;
    return `${name}_bucket${printLabels({ ...labels, le: printNumber(bound) })} ${printNumber(count)}`;
  });
  const of = printLabels(labels);
  return [...buckets, `${name}_sum${of} ${printNumber(sum)}`, `${name}_count${of} ${printNumber(count)}`];
}

function firstOfEach<T extends Pick<Sample, 'labels'>>(samples: readonly T[]): readonly T[] {
  const seen = new Set<string>();
  return samples.filter(({ labels }) => {
    const key = JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function printLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** As Go's ParseFloat reads it. */
function printNumber(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
}

function escapeHelp(text: string): string {
  return printable(text).replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', String.raw`\"`);
}

/** The text is UTF-8, which has no half of a surrogate pair; Prometheus takes a NUL for the end. */
function printable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}
