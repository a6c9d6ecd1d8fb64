import { failure, success } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { block, comment, directive, variable } from './nginx.ts';
import type { NginxNode, NginxVariable, NginxWord } from './nginx.ts';

/** Why a text is no NGINX configuration. Lines count from 1. */
export interface NginxReadError {
  readonly line: number;
  readonly message: string;
}

type Token =
  | { readonly kind: 'word'; readonly text: string; readonly line: number }
  | { readonly kind: 'comment'; readonly text: string; readonly line: number }
  | { readonly kind: ';' | '{' | '}'; readonly line: number };

/**
 * Reads a configuration by the rules of NGINX's own tokeniser (ngx_conf_read_token in src/core/ngx_conf_file.c). Says
 * nothing about which directives exist, follows no `include`, and knows no `*_by_lua_block`, whose body is another
 * language. A `$` that starts no variable stays in the text, as in `\.php$`.
 */
export function readNginx(text: string): Result<readonly NginxNode[], NginxReadError> {
  const tokens = tokenise(text);
  if (!tokens.ok) return tokens;
  const open: { name: string; words: readonly NginxWord[]; body: NginxNode[]; line: number }[] = [];
  let body: NginxNode[] = [];
  const root = body;
  let words: { text: string; line: number }[] = [];
  for (const token of tokens.value) {
    const [name, ...rest] = words;
    switch (token.kind) {
      case 'word':
        words.push(token);
        break;
      case 'comment':
        // One in the middle of a directive has no place in the tree and says nothing to NGINX.
        if (words.length === 0) body.push(comment(token.text));
        break;
      case ';':
        if (name === undefined) return failure({ line: token.line, message: 'unexpected ";"' });
        body.push(directive(name.text, ...rest.map((word) => readWord(word.text))));
        words = [];
        break;
      case '{':
        if (name === undefined) return failure({ line: token.line, message: 'unexpected "{"' });
        body = [];
        open.push({ name: name.text, words: rest.map((word) => readWord(word.text)), body, line: name.line });
        words = [];
        break;
      case '}': {
        const closed = open.pop();
        if (name !== undefined || closed === undefined) return failure({ line: token.line, message: 'unexpected "}"' });
        body = open.at(-1)?.body ?? root;
        body.push(block(closed.name, closed.words, closed.body));
        break;
      }
    }
  }
  const unfinished = words[0];
  if (unfinished !== undefined) return failure({ line: unfinished.line, message: 'directive without ";"' });
  const unclosed = open.at(-1);
  if (unclosed !== undefined) return failure({ line: unclosed.line, message: 'block without "}"' });
  return success(root);
}

const space = /[ \t\r\n]/;

function tokenise(text: string): Result<readonly Token[], NginxReadError> {
  const tokens: Token[] = [];
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (space.test(char)) {
      if (char === '\n') line += 1;
      at += 1;
    } else if (char === ';' || char === '{' || char === '}') {
      tokens.push({ kind: char, line });
      at += 1;
    } else if (char === '#') {
      const end = text.indexOf('\n', at);
      const stop = end < 0 ? text.length : end;
      tokens.push({ kind: 'comment', text: text.slice(at + 1, stop).trim(), line });
      at = stop;
    } else {
      const quoted = char === '"' || char === "'";
      const end = quoted ? endOfQuoted(text, at) : endOfBare(text, at);
      if (end === undefined) return failure({ line, message: `no closing ${char}` });
      const raw = quoted ? text.slice(at + 1, end - 1) : text.slice(at, end);
      tokens.push({ kind: 'word', text: unescape(raw), line });
      line += raw.split('\n').length - 1;
      at = end;
      if (quoted && at < text.length && !/[ \t\r\n;{)]/.test(text.charAt(at))) {
        return failure({ line, message: `unexpected ${JSON.stringify(text.charAt(at))} after a quoted word` });
      }
    }
  }
  return success(tokens);
}

function endOfQuoted(text: string, start: number): number | undefined {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text.charAt(at) === '\\') at += 1;
    else if (text.charAt(at) === text.charAt(start)) return at + 1;
  }
  return undefined;
}

/** A brace right after a dollar belongs to the variable; a bare `}` does not end a word. */
function endOfBare(text: string, start: number): number {
  for (let at = start; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '\\' || (char === '$' && text.charAt(at + 1) === '{')) at += 1;
    else if (space.test(char) || char === ';' || char === '{') return at;
  }
  return text.length;
}

const escapes: Readonly<Record<string, string>> = { '"': '"', "'": "'", '\\': '\\', t: '\t', r: '\r', n: '\n' };

/** A backslash before any other character stays, as NGINX leaves it to regular expressions. */
function unescape(raw: string): string {
  return raw.replaceAll(/\\(.)/gs, (whole, char: string) => escapes[char] ?? whole);
}

function readWord(text: string): NginxWord {
  const parts: (string | NginxVariable)[] = [];
  let end = 0;
  for (const match of text.matchAll(/\$(?:\{([A-Za-z0-9_]+)\}|([A-Za-z0-9_]+))/g)) {
    if (match.index > end) parts.push(text.slice(end, match.index));
    parts.push(variable(match[1] ?? match[2] ?? ''));
    end = match.index + match[0].length;
  }
  if (end < text.length || parts.length === 0) parts.push(text.slice(end));
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: 'expression', parts };
}
