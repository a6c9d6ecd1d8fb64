import { wordParts } from './nginx.ts';
import type { NginxNode, NginxWord } from './nginx.ts';

const indentStep = 4;
const lineWidth = 120;

/**
 * Longest argument that NGINX reads. Its buffer is 4,096 bytes (NGX_CONF_BUFFER) and must hold the directive from the
 * argument on; a longer one is refused as "too long parameter".
 */
const longestWord = 4000;

/** Text that NGINX's tokeniser takes as it stands (ngx_conf_read_token). Everything else is quoted. */
const bareWord = /^[A-Za-z0-9_./:=+@%^~*,()[\]|!?<>&-]+$/;
const variableName = /^[A-Za-z0-9_]+$/;
const directiveName = /^[A-Za-z0-9_.:*[\]/+-]+$/;

/**
 * Prints a configuration, one directive a line, with its final line end. Throws a plain error, as for any bug, when
 * the tree holds what no NGINX file can say: a control character, a literal `$`, a word over 4,000 bytes. Names of
 * directives are also the keys of `map` and `geo` blocks; keys out of the ordinary are quoted like words.
 */
export function printNginx(nodes: readonly NginxNode[]): string {
  const lines: string[] = [];
  printBody(nodes, 0, lines);
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function printBody(nodes: readonly NginxNode[], depth: number, lines: string[]): void {
  const indent = ' '.repeat(depth * indentStep);
  let previous: NginxNode['kind'] | undefined;
  for (const node of nodes) {
    if (startsParagraph(node.kind, previous)) lines.push('');
    previous = node.kind;
    switch (node.kind) {
      case 'comment':
        lines.push(`${indent}# ${safeText(node.text)}`);
        break;
      case 'directive':
        printWords([printName(node.name), ...node.words.map(printWord)], { indent, end: ';' }, lines);
        break;
      case 'block':
        printWords([printName(node.name), ...node.words.map(printWord)], { indent, end: ' {' }, lines);
        printBody(node.body, depth + 1, lines);
        lines.push(`${indent}}`);
        break;
    }
  }
}

/** Blocks and commented groups stand apart from what is before them; a comment belongs to what follows it. */
function startsParagraph(kind: NginxNode['kind'], previous: NginxNode['kind'] | undefined): boolean {
  if (previous === undefined || previous === 'comment') return false;
  return kind !== 'directive' || previous === 'block';
}

function printWords(words: readonly string[], frame: { indent: string; end: string }, lines: string[]): void {
  let line = frame.indent + (words[0] ?? '');
  for (const word of words.slice(1)) {
    if (line.length + 1 + word.length + frame.end.length <= lineWidth) {
      line += ` ${word}`;
      continue;
    }
    lines.push(line);
    line = `${frame.indent}${' '.repeat(indentStep)}${word}`;
  }
  lines.push(line + frame.end);
}

function printName(name: string): string {
  return directiveName.test(name) ? name : quote(literal(name));
}

/** One argument as NGINX reads it back. */
function printWord(word: NginxWord): string {
  // Most words, and no character in them that would need a look.
  if (typeof word === 'string' && bareWord.test(word) && !isTooLong(word)) return word;
  const parts = wordParts(word);
  const text = parts
    .map((part, index) => (typeof part === 'string' ? literal(part) : printVariable(part.name, parts[index + 1])))
    .join('');
  if (isTooLong(text)) throw new Error(`too long for an NGINX word: ${text}`);
  const bare = parts.every((part) => typeof part !== 'string' || part === '' || bareWord.test(part));
  return bare && text !== '' ? text : quote(text);
}

/** Encoding every word to count its bytes would take most of the time; no character is more than three bytes a unit. */
function isTooLong(text: string): boolean {
  return text.length * 3 > longestWord && new TextEncoder().encode(text).length > longestWord;
}

/** Braces only where the text that follows would be read as part of the name. */
function printVariable(name: string, next: NginxWord | undefined): string {
  if (!variableName.test(name)) throw new Error(`not the name of an NGINX variable: ${name}`);
  const glued = typeof next === 'string' && /^[A-Za-z0-9_]/.test(next);
  return glued ? `\${${name}}` : `$${name}`;
}

function literal(text: string): string {
  if (text.includes('$')) throw new Error(`NGINX can't escape the dollar in ${JSON.stringify(text)}`);
  return safeText(text);
}

function safeText(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are exactly what is refused
  if (/[\u0000-\u001f\u007f]/.test(text)) throw new Error(`control character in ${JSON.stringify(text)}`);
  return text;
}

/** Single quotes around text that holds double ones, as a person would: NGINX treats both alike. */
function quote(text: string): string {
  const mark = text.includes('"') && !text.includes("'") ? "'" : '"';
  return mark + text.replaceAll('\\', '\\\\').replaceAll(mark, `\\${mark}`) + mark;
}
