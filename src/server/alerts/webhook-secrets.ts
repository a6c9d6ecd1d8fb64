import { unescape } from 'node:querystring';

/**
 * What of a URL that is a secret must not be repeated, whichever part of it a receiver says: the whole, its path and each part of that, its query
 * and each value of that, each as it is written and decoded. Which of them is the secret is known to the receiver alone.
 */
export function secretsOfUrl(written: string, { pathname, search }: URL): readonly string[] {
  const segments = pathname.split('/');
  // A word without `=` may be a token itself. Not by URLSearchParams: that decodes, and a receiver may say it as it came.
  const values = search
    .slice(1)
    .split('&')
    .map((pair) => pair.slice(pair.indexOf('=') + 1));
  return [written, pathname, search, search.slice(1), ...segments, ...values].flatMap(spellings);
}

/** The secrets of a header's value: of `Bearer TOKEN` a receiver may repeat one word. */
export function secretsOfHeader(value: string): readonly string[] {
  return [value, ...value.split(/\s+/)];
}

/** Ways to write the same: as it is, decoded (a form has `+` for a blank), and encoded again. */
function spellings(part: string): readonly string[] {
  const decoded = [unescape(part), unescape(part.replaceAll('+', ' '))];
  return [part, ...decoded, ...decoded.filter((text) => text.isWellFormed()).map(encodeURIComponent)];
}
