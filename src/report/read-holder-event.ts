import type { TimelineEvent } from './timeline-event.ts';

/** Who held a VIP before and since an event; nobody: an empty list. */
export interface HolderChange {
  readonly before: readonly string[];
  readonly since: readonly string[];
  /** When `before` was seen (ISO 8601), if nobody watched from then on; left out: the change was seen. */
  readonly lastSeen?: string;
}

/**
 * Reads an event of kind `holder` back from its words, as view-events.ts and watch-gap.ts write them: a timeline of years is read, so the words are
 * its format. Undefined: it is none, or of a version that said it differently. Who held it before `several` is not said.
 */
export function readHolderEvent({ kind, subject, text }: TimelineEvent): HolderChange | undefined {
  if (kind !== 'holder') return undefined;
  const held = /^(\S+) is held by (\S+), (?:which it prefers; before by (.+)|before by (.+); it prefers \S+)$/.exec(
    text,
  );
  if (held?.[1] === subject) return { before: names(held[3] ?? held[4] ?? ''), since: names(held[2] ?? '') };
  const nobody = /^nobody holds (\S+?)(?:, and .+ can't be asked)?; (.+) held it$/.exec(text);
  if (nobody?.[1] === subject) return { before: names(nobody[2] ?? ''), since: [] };
  const again = /^(\S+) is held by ([^;]+); it was last seen at ([^\s,]+)(?:, held by (.+))?$/.exec(text);
  if (again?.[1] === subject && again[3] !== undefined) {
    return { before: names(again[4] ?? ''), since: names(again[2] ?? ''), lastSeen: again[3] };
  }
  const several = /^(.+) hold (\S+) at the same time$/.exec(text);
  return several?.[2] === subject ? { before: [], since: names(several[1] ?? '') } : undefined;
}

/** Holders of a VIP in words, as events say and keep them: `lb1 and lb2`, `nobody`. */
export function holderNames(holders: readonly string[]): string {
  return holders.length === 0 ? 'nobody' : holders.join(' and ');
}

function names(text: string): readonly string[] {
  return text === 'nobody' || text === 'nobody who can be asked' || text === '' ? [] : text.split(' and ');
}
