/** A metric of Prometheus: https://prometheus.io/docs/practices/naming. Names begin with `evenkeel_` or `process_` and say their unit. */
export interface Metric<Label extends string = string> {
  readonly name: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  /** What it says, in one sentence with its final stop. */
  readonly help: string;
  readonly labels: readonly Label[];
}

/** One value of a counter or gauge. */
export interface Sample<Label extends string = string> {
  readonly labels: Readonly<Record<Label, string>>;
  readonly value: number;
}

/** One histogram: how many were at most a bound and more than the one before; the last count: more than all. */
export interface HistogramSample<Label extends string = string> {
  readonly labels: Readonly<Record<Label, string>>;
  readonly counts: readonly number[];
  readonly sum: number;
}

/** A metric and its values. `bounds`: upper bounds of a histogram's buckets, rising. */
export type MetricFamily =
  | { readonly kind: 'values'; readonly metric: Metric; readonly samples: readonly Sample[] }
  | {
      readonly kind: 'histogram';
      readonly metric: Metric;
      readonly bounds: readonly number[];
      readonly samples: readonly HistogramSample[];
    };

/** A counter or gauge and its values. */
export function valuesOf<Label extends string>(
  metric: Metric<Label> & { readonly kind: 'counter' | 'gauge' },
  samples: readonly Sample<Label>[],
): MetricFamily {
  return { kind: 'values', metric, samples };
}

/** A histogram and its values. */
export function histogramOf<Label extends string>(
  metric: Metric<Label> & { readonly kind: 'histogram' },
  bounds: readonly number[],
  samples: readonly HistogramSample<Label>[],
): MetricFamily {
  return { kind: 'histogram', metric, bounds, samples };
}
