import type { Tick, TimeScale } from './time-scale.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const steps = [
  1_000,
  5_000,
  15_000,
  30_000,
  minute,
  2 * minute,
  5 * minute,
  10 * minute,
  15 * minute,
  30 * minute,
  hour,
  2 * hour,
  3 * hour,
  6 * hour,
  12 * hour,
  day,
  2 * day,
  5 * day,
  10 * day,
  30 * day,
  60 * day,
];

/** Round moments of the calendar (UTC) at least 70 pixels apart: `12:30`, with seconds or as `11-29` where that says more. */
export function calendarTicks(scale: TimeScale): readonly Tick[] {
  const most = Math.max(1, Math.floor((scale.right - scale.left) / 70));
  const step = steps.find((length) => (scale.to - scale.from) / length <= most) ?? 365 * day;
  // Several days are counted from the first midnight: a month then begins with its first day.
  const grid = Math.min(step, day);
  const first = Math.ceil(scale.from / grid) * grid;
  const count = Math.floor((scale.to - first) / step) + 1;
  return Array.from({ length: count }, (_, index) => {
    const at = first + index * step;
    return { at, text: tickText(at, step) };
  });
}

function tickText(at: number, step: number): string {
  const text = new Date(at).toISOString();
  if (step >= day || at % day === 0) return text.slice(5, 10);
  return step < minute ? text.slice(11, 19) : text.slice(11, 16);
}
