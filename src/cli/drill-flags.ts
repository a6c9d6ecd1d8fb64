import type { Profile } from '../model/failover-settings.ts';
import { readBudget } from '../drill/consent.ts';
import { realFlag } from './drill-place.ts';
import { faultsFlag } from './faults-flag.ts';
import { fileFlag, jsonFlag, labFlag, labSuffixFlag, optionalText, profileFlag } from './flags.ts';

/** What `drill run` and `drill matrix` have in common. */
export interface DrillFlags {
  readonly file: string;
  readonly lab: boolean;
  readonly suffix?: string;
  readonly real: boolean;
  readonly profile: Profile;
  readonly repeat: number;
  readonly faults?: string;
  readonly consent?: readonly string[];
  /** Milliseconds. */
  readonly budget?: number;
  readonly maxFaults?: number;
  readonly json: boolean;
  readonly html?: string;
}

/** Their flags. */
export const drillFlags = {
  file: fileFlag,
  lab: { ...labFlag, brief: 'The running lab made from this file: the default' },
  suffix: labSuffixFlag,
  real: realFlag,
  profile: profileFlag,
  repeat: {
    kind: 'parsed',
    parse: readCount,
    brief: 'How often each fault is caused',
    default: '1',
    placeholder: 'number',
  },
  faults: faultsFlag,
  consent: {
    kind: 'parsed',
    parse: String,
    brief: 'With --real: a fault that may be caused; one for each',
    optional: true,
    variadic: true,
    placeholder: 'fault',
  },
  budget: {
    kind: 'parsed',
    parse: readBudgetFlag,
    brief: 'With --real: outage that all faults together may cost, e.g. 30s',
    optional: true,
    placeholder: 'duration',
  },
  maxFaults: {
    kind: 'parsed',
    parse: readCount,
    brief: 'With --real: how many faults may be caused',
    optional: true,
    placeholder: 'number',
  },
  json: jsonFlag,
  html: optionalText('Write the report as one HTML file', 'file'),
} as const;

function readCount(text: string): number {
  if (!/^[1-9][0-9]{0,4}$/.test(text)) throw new Error('give a whole number from 1 on');
  return Number(text);
}

function readBudgetFlag(text: string): number {
  const ms = readBudget(text);
  if (ms === undefined) throw new Error('give a duration above zero, such as 30s');
  return ms;
}
