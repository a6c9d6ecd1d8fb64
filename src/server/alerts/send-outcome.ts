import { errorWords } from '../../base/error-words.ts';
import type { FileTrouble } from './secret-file.ts';

/**
 * What came of a try to send. `refused`: the other end does not want this message; it is given up after some tries. `failed`: the other end
 * could not be reached, or asks to try later. `said`: its own words, in one line.
 */
export type SendOutcome =
  | { readonly kind: 'taken'; readonly said: string }
  | { readonly kind: 'refused' | 'failed'; readonly said: string; readonly next: string };

/** The most words of the other end that are repeated. Characters. */
const longestWords = 200;
/** What is shorter stands in many words by chance, and is no secret. Characters. */
const shortestSecret = 4;

/** What the other end said, in one short line, without the secrets that it was sent. */
export function saidBy(text: string, secrets: readonly string[]): string {
  // The longest first: a part of one that is hidden would leave the rest to be read.
  const hidden = secrets
    .filter(({ length }) => length >= shortestSecret)
    .toSorted((a, b) => b.length - a.length)
    .reduce((words, secret) => words.replaceAll(secret, '***'), text);
  const line = hidden.replaceAll(/[\p{C}\s]+/gu, ' ').trim();
  return line.length > longestWords ? `${line.slice(0, longestWords)}...` : line;
}

/** What went wrong with a connection; one that was tried at several addresses says nothing itself. */
export function connectionWords(error: unknown): string {
  if (error instanceof AggregateError) return [...new Set(error.errors.map(errorWords))].join('; ');
  return errorWords(error);
}

/** What stands in the way before anything is sent: it can be mended while the message waits. */
export function withoutFile({ message, fix }: FileTrouble): SendOutcome {
  return { kind: 'failed', said: message, next: fix };
}
