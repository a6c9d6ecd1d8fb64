/** A number of milliseconds as people say it. */
export function duration(ms: number): string {
  if (ms < 0) return 'until it is repaired';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  return ms < 48 * 3_600_000 ? `${Math.round(ms / 3_600_000)} h` : `${Math.round(ms / (24 * 3_600_000))} days`;
}

/** The clock time of a moment (ISO 8601) where the reader is, with seconds. */
export function clock(at: string): string {
  return new Date(at).toLocaleTimeString([], { hour12: false });
}

/** Day and clock time. */
export function moment(at: string): string {
  return new Date(at).toLocaleString([], { hour12: false });
}

/** What is promised of an operation. */
export function promise(ms: number): string {
  return ms === 0
    ? 'No request fails and no connection breaks.'
    : `Promised outage: ${ms < 0 ? '' : 'at most '}${duration(ms)}.`;
}

/** `2 problems`. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
