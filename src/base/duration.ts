const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads `200ms`, `5s`, `1.5m`, `2h`, `30d` into milliseconds; undefined when it is no duration. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  if (match === null) return undefined;
  const value = Number(match[1]) * (unitMs[match[2] ?? ''] ?? Number.NaN);
  return Number.isFinite(value) ? Math.round(value) : undefined;
}

/** Writes milliseconds with the largest unit that keeps them whole: 1500 -> `1500ms`, 60000 -> `1m`. */
export function formatDuration(ms: number): string {
  for (const unit of ['d', 'h', 'm', 's']) {
    const size = unitMs[unit] ?? 1;
    if (ms >= size && ms % size === 0) return `${ms / size}${unit}`;
  }
  return `${ms}ms`;
}
