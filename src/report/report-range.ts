import { parseDuration } from '../base/duration.ts';
import { failure, type Result, success } from '../base/result.ts';

/** A stretch of time: `to` is no longer in it. Milliseconds since 1970. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** The longest range of a report: a leap year. Milliseconds. */
const longestMs = 366 * 86_400_000;

/** A calendar month in UTC, written `2026-11`; empty: the one that is `now`. An error says what is wrong and what to write. */
export function readMonth(text: string, now: number): Result<TimeRange, string> {
  const written = text === '' ? monthOf(now) : text;
  const [, year, month] = /^(\d{4})-(\d{2})$/.exec(written) ?? [];
  const number = Number(month);
  if (year === undefined || number < 1 || number > 12) {
    return failure(`${text} is no month; write one like 2026-11`);
  }
  const from = Date.UTC(Number(year), number - 1);
  if (from > now) return failure(`${text} has not begun`);
  return success({ from, to: Date.UTC(Number(year), number) });
}

/** The month of a range that `readMonth` read: `2026-11`. */
export function monthName({ from }: TimeRange): string {
  return monthOf(from);
}

/** The month of a moment in UTC: `2026-11`. Milliseconds since 1970. */
export function monthOf(moment: number): string {
  return new Date(moment).toISOString().slice(0, 7);
}

/** The month before one like `2026-11`, or the one after it. */
export function monthBeside(month: string, which: 'before' | 'after'): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return monthOf(Date.UTC(year, number - 1 + (which === 'before' ? -1 : 1)));
}

/** The range between two moments as `readMoment` reads them; `to` may be empty: now. */
export function readRange(
  { from, to }: { readonly from: string; readonly to: string },
  now: number,
): Result<TimeRange, string> {
  const [begin, end] = [readMoment(from, now), to === '' ? success(now) : readMoment(to, now)];
  if (!begin.ok) return begin;
  if (!end.ok) return end;
  if (begin.value >= end.value) return failure('the range ends before it begins; change `from` and `to`');
  if (begin.value >= now) return failure('the range has not begun');
  if (end.value - begin.value > longestMs) return failure('the range is longer than a year; choose a shorter one');
  return success({ from: begin.value, to: end.value });
}

/**
 * A moment: `2026-11-29T12:00:00Z`, `2026-11-29 12:00`, `2026-11-29` or `2h` for two hours ago. Without a zone it is UTC.
 * Milliseconds since 1970.
 */
function readMoment(text: string, now: number): Result<number, string> {
  const ago = parseDuration(text);
  if (ago !== undefined) return success(now - ago);
  const [, day, time = '00:00', zone = 'Z'] =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:\d{2})?)?$/.exec(text) ?? [];
  const moment = day === undefined ? Number.NaN : Date.parse(`${day}T${time}${zone}`);
  // Some engines take 2026-02-30 for a day of March.
  const real = day !== undefined && new Date(`${day}T00:00Z`).getTime() === dayOf(day);
  if (Number.isNaN(moment) || !real) {
    return failure(`${text || 'nothing'} is no time; write one like 2026-11-29T12:00Z, or 2h for two hours ago`);
  }
  return success(moment);
}

function dayOf(text: string): number {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  const at = Date.UTC(year, month - 1, day);
  return new Date(at).getUTCDate() === day ? at : Number.NaN;
}
