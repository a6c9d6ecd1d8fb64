/** A number of milliseconds as people say it. */
export function duration(ms: number): string {
  if (ms < 0) return 'until it is repaired';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  return ms < 48 * 3_600_000 ? `${Math.round(ms / 3_600_000)} h` : `${Math.round(ms / (24 * 3_600_000))} days`;
}

const clockFormat = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium', hourCycle: 'h23' });
const momentFormat = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

/** The clock time of a moment (ISO 8601) where the reader is, with seconds. */
export function clock(at: string): string {
  return clockFormat.format(new Date(at));
}

/** Day and clock time. */
export function moment(at: string): string {
  return momentFormat.format(new Date(at));
}

/** The clock time of a moment of today, else with its day. */
export function when(at: string, nowMs: number): string {
  return new Date(at).toDateString() === new Date(nowMs).toDateString() ? clock(at) : moment(at);
}

/** What is promised of an operation. */
export function promise(ms: number): string {
  return ms === 0
    ? 'No request fails and no connection breaks.'
    : `Promised outage: ${ms < 0 ? '' : 'at most '}${duration(ms)}.`;
}

/** A rate: `0`, `0.4`, `12`, `1.2 k`. */
export function rate(perSecond: number): string {
  if (perSecond === 0) return '0';
  if (perSecond < 10) return perSecond.toFixed(1);
  return perSecond < 1000 ? String(Math.round(perSecond)) : `${(perSecond / 1000).toFixed(1)} k`;
}
