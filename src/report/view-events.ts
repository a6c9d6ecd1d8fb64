import { sameValue } from '../base/same-value.ts';
import type { EdgeView, HoldingRow } from './edge-view.ts';
import { holderNames } from './read-holder-event.ts';
import type { TimelineEvent } from './timeline-event.ts';

/** What happened between two views of an edge, seen at this moment (ISO 8601): holders first, then problems. */
export function eventsBetween(before: EdgeView, after: EdgeView, at: string): readonly TimelineEvent[] {
  return [...holderEvents(before.holdings, after.holdings, at), ...problemEvents(before.problems, after.problems, at)];
}

function holderEvents(
  before: readonly HoldingRow[],
  after: readonly HoldingRow[],
  at: string,
): readonly TimelineEvent[] {
  if (before === after) return [];
  const old = new Map(before.map((row) => [row.key, row]));
  return after.flatMap((row): readonly TimelineEvent[] => {
    const was = old.get(row.key);
    if (was === undefined || sameValue(was.holders, row.holders)) return [];
    return [{ at, kind: 'holder', subject: row.key, ...holderWords(was, row) }];
  });
}

/**
 * | holders now | silent balancers | said as                       |
 * |-------------|------------------|-------------------------------|
 * | one         | -                | held by it, preferred or not  |
 * | several     | -                | error: all of them            |
 * | none        | none             | error: nobody holds it        |
 * | none        | some             | error: nobody that answers    |
 */
function holderWords(was: HoldingRow, now: HoldingRow): Pick<TimelineEvent, 'severity' | 'text'> {
  const from = holderNames(was.holders);
  const [holder, ...others] = now.holders;
  if (holder === undefined) {
    const unseen = now.silent.length === 0 ? '' : `, and ${now.silent.join(', ')} can't be asked`;
    return { severity: 'error', text: `nobody holds ${now.key}${unseen}; ${from} held it` };
  }
  if (others.length > 0) {
    return { severity: 'error', text: `${now.holders.join(' and ')} hold ${now.key} at the same time` };
  }
  return holder === now.preferred
    ? { severity: 'good', text: `${now.key} is held by ${holder}, which it prefers; before by ${from}` }
    : { severity: 'warning', text: `${now.key} is held by ${holder}, before by ${from}; it prefers ${now.preferred}` };
}

function problemEvents(
  before: EdgeView['problems'],
  after: EdgeView['problems'],
  at: string,
): readonly TimelineEvent[] {
  if (before === after) return [];
  const [old, now] = [new Set(before.map(({ key }) => key)), new Set(after.map(({ key }) => key))];
  const began = after.filter(({ key }) => !old.has(key));
  const ended = before.filter(({ key }) => !now.has(key));
  return [
    ...ended.map(({ code, subject, message }): TimelineEvent => ({
      at,
      kind: 'problem',
      severity: 'good',
      code,
      subject,
      text: `over: ${message}`,
    })),
    ...began.map(({ code, severity, subject, message, next }): TimelineEvent => ({
      at,
      kind: 'problem',
      severity,
      code,
      subject,
      text: message,
      next,
    })),
  ];
}
