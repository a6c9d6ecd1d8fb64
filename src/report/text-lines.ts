import { visibleText } from './visible-text.ts';

/** Columns that text for a terminal takes at most. */
const columns = 100;

/**
 * Words in lines of at most 100 columns. The first line begins with `first`, the others with as many spaces. A word
 * that is longer than a line stays whole.
 */
export function wrapWords(
  words: readonly string[],
  { separator, first }: { readonly separator: string; readonly first: string },
): readonly string[] {
  const lines: string[] = [];
  let line = first;
  for (const [index, word] of words.entries()) {
    const last = index === words.length - 1;
    const shown = visibleText(word);
    const piece = last ? shown : `${shown}${separator.trimEnd()}`;
    const empty = line.trim() === '' || line === first;
    const joined = empty ? `${line}${piece}` : `${line} ${piece}`;
    if (joined.length <= columns || empty) {
      line = joined;
    } else {
      lines.push(line);
      line = `${' '.repeat(first.length)}${piece}`;
    }
  }
  return [...lines, line];
}

/** Blocks of lines with an empty line between them; blocks without lines are left out. */
export function joinLines(blocks: readonly (readonly string[])[]): string {
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}
