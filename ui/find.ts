import { signal } from '@preact/signals';

/** What a reader looks for in everything that is listed; empty: all of it. */
export const find = signal('');

/** Whether all words that are looked for stand in a text. */
export function isFound(text: string, wanted: string): boolean {
  const lower = text.toLowerCase();
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word));
}
