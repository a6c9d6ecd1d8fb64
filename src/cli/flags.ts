import { parseDuration } from '../base/duration.ts';
import { releases } from '../base/release.ts';

/** `-f FILE`: the edge file. */
export const fileFlag = {
  kind: 'parsed',
  parse: String,
  brief: 'The edge file',
  default: 'edge.yaml',
  placeholder: 'file',
} as const;

/** `--lab`: the running lab made from the edge file, instead of the real hosts. */
export const labFlag = {
  kind: 'boolean',
  brief: 'Point at the running lab made from this file, not at the real hosts',
  default: false,
  withNegated: false,
} as const;

/** `--json`: one JSON document on standard output. */
export const jsonFlag = {
  kind: 'boolean',
  brief: 'Print one JSON document on standard output',
  default: false,
  withNegated: false,
} as const;

/** `-f` everywhere. */
export const fileAlias = { f: 'file' } as const;

/** A flag that is off unless given. */
export function switchFlag(brief: string): {
  readonly kind: 'boolean';
  readonly brief: string;
  readonly default: false;
  readonly withNegated: false;
} {
  return { kind: 'boolean', brief, default: false, withNegated: false };
}

/** A flag with a text value that may be left out. */
export function optionalText(
  brief: string,
  placeholder: string,
): {
  readonly kind: 'parsed';
  readonly parse: (text: string) => string;
  readonly brief: string;
  readonly optional: true;
  readonly placeholder: string;
} {
  return { kind: 'parsed', parse: String, brief, optional: true, placeholder };
}

/** `--suffix`: tells apart several labs of one edge. */
export const labSuffixFlag = optionalText('Which of several labs of this edge', 'name');

/** `--release`: Debian of the hosts, or of the lab's machines, as `brief` says. */
export function releaseFlag(brief: string): {
  readonly kind: 'enum';
  readonly values: typeof releases;
  readonly brief: string;
  readonly default: 'debian13';
} {
  return { kind: 'enum', values: releases, brief, default: 'debian13' };
}

/** `--profile`: evenkeel, or the pair of the usual tutorial to hold it against. */
export const profileFlag = {
  kind: 'enum',
  values: ['evenkeel', 'reference'],
  brief: 'Whose failover: evenkeel, or in the lab the usual tutorial to compare with',
  default: 'evenkeel',
} as const;

/** `--deadline`: how long connections may go on where they are. Milliseconds. */
export const deadlineFlag = {
  kind: 'parsed',
  parse: readDeadline,
  brief: 'How long open connections may go on where they are, e.g. 10m',
  default: '15m',
  placeholder: 'time',
} as const;

function readDeadline(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new Error('write a time like 30s, 10m or 1h');
  return ms;
}
