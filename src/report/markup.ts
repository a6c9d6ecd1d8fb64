/** Text that is HTML or SVG already; anything else that is put into it is escaped. */
export interface Markup {
  readonly markup: string;
}

/** What may stand in a template. Nothing stands for `undefined`. */
export type MarkupPart = string | number | Markup | readonly Markup[] | undefined;

/**
 * HTML or SVG from a template. Values are escaped, so that a name with markup in it is shown and not obeyed, in text as
 * well as in quoted attributes; Markup goes in as it is.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly MarkupPart[]): Markup {
  return { markup: strings.map((text, index) => `${text}${partText(parts[index])}`).join('') };
}

/** Our own text that is markup, such as a style sheet. Never of data. */
export function trustedMarkup(markup: string): Markup {
  return { markup };
}

function partText(part: MarkupPart): string {
  if (part === undefined) return '';
  if (typeof part === 'number') return String(Math.round(part * 10) / 10);
  if (typeof part === 'string') return escapeMarkup(part);
  return 'markup' in part ? part.markup : part.map((each) => each.markup).join('\n');
}

/** Control characters have no place in HTML or SVG, and can't be written in either; those of direction turn what stands around them. */
function escapeMarkup(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, (char) => (char === '\n' || char === '\t' ? char : '\uFFFD'))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
