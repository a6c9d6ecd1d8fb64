import type { Place } from './place.ts';

/** `--lab`, for who says it everywhere: a drill is for the lab anyway. */
export const labByDefaultFlag = {
  kind: 'boolean',
  brief: 'The running lab made from this file: the default',
  default: false,
  withNegated: false,
} as const;

/** `--real`: drills are for the lab unless said otherwise. */
export const realFlag = {
  kind: 'boolean',
  brief: 'The real hosts, not the running lab made from this file',
  default: false,
  withNegated: false,
} as const;

/** The place a drill's flags name: the lab by default. */
export function drillPlaceOf(flags: { readonly real: boolean; readonly suffix?: string }): Place {
  return flags.real ? { kind: 'real' } : { kind: 'lab', suffix: flags.suffix ?? '' };
}
