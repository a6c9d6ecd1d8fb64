/** One line of a keepalived configuration, or a block of them (keepalived.conf(5)). */
export type KeepalivedNode =
  | { readonly kind: 'line'; readonly words: readonly [string, ...string[]]; readonly note?: string }
  | {
      readonly kind: 'block';
      readonly words: readonly [string, ...string[]];
      readonly children: readonly KeepalivedNode[];
    }
  | { readonly kind: 'comment'; readonly text: string };

/** A line: keyword and values. */
export function line(...words: [string, ...string[]]): KeepalivedNode {
  return { kind: 'line', words };
}

/** A block: keyword, its name if it has one, and what stands between the braces. */
export function block(words: readonly [string, ...string[]], children: readonly KeepalivedNode[]): KeepalivedNode {
  return { kind: 'block', words, children };
}

/**
 * Prints a configuration. Blocks of the top level are set apart by an empty line. Throws a plain Error on a word that
 * keepalived can't read back as it is: that is a bug of the caller, names were checked long before.
 */
export function printKeepalived(nodes: readonly KeepalivedNode[]): string {
  return nodes
    .map((node) => printNode(node, '').join('\n'))
    .reduce((text, part, index) => text + (index > 0 && nodes[index]?.kind === 'block' ? '\n' : '') + part + '\n', '');
}

function printNode(node: KeepalivedNode, indent: string): readonly string[] {
  switch (node.kind) {
    case 'comment':
      return node.text.split('\n').map((text) => `${indent}# ${checkComment(text)}`.trimEnd());
    case 'line':
      return [
        indent + node.words.map(printWord).join(' ') + (node.note === undefined ? '' : ` # ${checkComment(node.note)}`),
      ];
    case 'block':
      return [
        `${indent}${node.words.map(printWord).join(' ')} {`,
        ...node.children.flatMap((child) => printNode(child, `${indent}    `)),
        `${indent}}`,
      ];
  }
}

/**
 * keepalived reads `"a b"` as one word, has no escape for a quote inside quotes, ends a line at `#` and `!`, replaces
 * `$NAME`, expands `~SEQ` and reads `@` at a line's start as a condition (lib/parser.c). What it could misread is refused.
 */
function printWord(word: string): string {
  if (/^[A-Za-z0-9_.:/+-]+$/.test(word)) return word;
  if (/^[A-Za-z0-9_.:/+ -]+$/.test(word) && word.trim() !== '') return `"${word}"`;
  throw new Error(`keepalived can't read this word: ${JSON.stringify(word)}`);
}

function checkComment(text: string): string {
  // A comment ends with its line; a brace in one is counted by no parser but the reader's.
  if (/[\r\n\0]/.test(text)) throw new Error(`a comment of one line: ${JSON.stringify(text)}`);
  return text;
}
