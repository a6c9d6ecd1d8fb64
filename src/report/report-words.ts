import type { Family } from '../base/address.ts';
import type { Availability } from './availability.ts';

/**
 * A share in per cent with three decimals: `99.953 %`. Rounded down, so that `100 %` means that nothing failed; `unknown` when there is
 * none.
 */
export function shareInWords(percent: number | null): string {
  if (percent === null) return 'unknown';
  if (percent >= 100) return '100 %';
  // What is 99.9 has no exact binary form: a millionth of the last decimal is no outage.
  return `${(Math.floor(percent * 1000 + 1e-6) / 1000).toFixed(3)} %`;
}

/** A length of time as people say it: `0 s`, `0.4 s`, `12 s`, `4 min 10 s`, `2 h 5 min`, `3 d 4 h`; negative with `-` before it. */
export function lengthInWords(ms: number): string {
  const size = Math.abs(ms);
  const sign = ms < 0 ? '-' : '';
  if (size === 0) return '0 s';
  if (size < 9_950) return `${sign}${size < 50 ? 'under 0.1' : (size / 1000).toFixed(1)} s`;
  const seconds = Math.round(size / 1000);
  if (seconds < 60) return `${sign}${seconds} s`;
  if (seconds < 3_600) return `${sign}${Math.floor(seconds / 60)} min${rest(seconds % 60, 's')}`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 48 * 60) return `${sign}${Math.floor(minutes / 60)} h${rest(minutes % 60, 'min')}`;
  const hours = Math.round(minutes / 60);
  return `${sign}${Math.floor(hours / 24)} d${rest(hours % 24, 'h')}`;
}

function rest(count: number, unit: string): string {
  return count === 0 ? '' : ` ${count} ${unit}`;
}

/** A moment in UTC: `2026-11-29 12:00:05`. */
export function utcInWords(time: number | string): string {
  return new Date(time).toISOString().slice(0, 19).replace('T', ' ');
}

/** A moment as people write it: `2026-11-22 10:00:00 UTC`. Of a text that is no time it keeps what is there. */
export function momentInWords(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}

/** The verdict on a target: `met`, `MISSED`. */
export const availabilityVerdicts: Readonly<Record<Availability['verdict'], string>> = {
  met: 'met',
  missed: 'MISSED',
  unknown: 'unknown',
  'no-target': 'no target',
};

/** The budget of a month: `43 min 12 s, 40 min 2 s left`; empty without a target. */
export function budgetInWords({ budgetMs, budgetLeftMs }: Availability): string {
  if (budgetMs === null || budgetLeftMs === null) return '';
  const left = budgetLeftMs < 0 ? `exceeded by ${lengthInWords(-budgetLeftMs)}` : `${lengthInWords(budgetLeftMs)} left`;
  return `${lengthInWords(budgetMs)}, ${left}`;
}

/** A VIP by the way that was asked: `vip1`, `vip1 (IPv6)`. */
export function vipInWords({ vip, family }: { readonly vip: string; readonly family: Family }): string {
  return family === 4 ? vip : `${vip} (IPv6)`;
}
