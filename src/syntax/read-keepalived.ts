import { failure, success } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { block, line } from './keepalived.ts';
import type { KeepalivedNode } from './keepalived.ts';

/** Why a text can't be read as keepalived's configuration. Lines count from 1. */
export interface KeepalivedReadError {
  readonly line: number;
  readonly message: string;
}

/** What would need more than one file, or keepalived's own macros; refused by name. */
const unsupported = new Set(['include', 'includea', 'includeb', 'includem', 'includer', 'includew']);

/**
 * Reads a configuration as keepalived's parser does (lib/parser.c): a statement ends with its line, `!` and `#` begin a
 * comment anywhere outside quotes, `"a b"` is one word, and a block's `{` may stand on the next line. Comments are left
 * out. Includes, `$NAME` definitions, `~SEQ` and `@` conditions are refused by name: what they stand for is not known here.
 */
export function readKeepalived(text: string): Result<readonly KeepalivedNode[], KeepalivedReadError> {
  const root: KeepalivedNode[] = [];
  const open: {
    readonly words: readonly [string, ...string[]];
    readonly body: KeepalivedNode[];
    readonly line: number;
  }[] = [];
  let waiting: { readonly words: readonly [string, ...string[]]; readonly line: number } | undefined;
  const body = (): KeepalivedNode[] => open.at(-1)?.body ?? root;
  const end = (): void => {
    if (waiting !== undefined) body().push(line(...waiting.words));
    waiting = undefined;
  };
  for (const [index, raw] of text.split(/\r\n?|\n/).entries()) {
    const number = index + 1;
    const tokens = tokensOf(raw);
    if (tokens === undefined) return failure({ line: number, message: 'a quote is not closed in its line' });
    let words: string[] = [];
    const take = (): void => {
      const [first, ...rest] = words;
      if (first === undefined) return;
      end();
      waiting = { words: [first, ...rest], line: number };
      words = [];
    };
    for (const token of tokens) {
      if (token.kind === 'word') {
        const reason = words.length === 0 ? refusalOf(token.text) : undefined;
        if (reason !== undefined) return failure({ line: number, message: reason });
        words.push(token.text);
        continue;
      }
      take();
      if (token.kind === '{') {
        if (waiting === undefined) return failure({ line: number, message: '"{" without a name before it' });
        open.push({ words: waiting.words, body: [], line: waiting.line });
        waiting = undefined;
        continue;
      }
      end();
      const closed = open.pop();
      if (closed === undefined) return failure({ line: number, message: '"}" without a "{" before it' });
      body().push(block(closed.words, closed.body));
    }
    take();
  }
  end();
  const unclosed = open.at(-1);
  if (unclosed !== undefined)
    return failure({ line: unclosed.line, message: `the block ${unclosed.words[0]} is not closed` });
  return success(root);
}

type Token = { readonly kind: 'word'; readonly text: string } | { readonly kind: '{' | '}' };

/** The words and braces of one line; undefined when a quote stays open. */
function tokensOf(raw: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  let rest = raw.trimStart();
  while (rest !== '' && !/^[!#]/.test(rest)) {
    const brace = rest.startsWith('{') ? '{' : rest.startsWith('}') ? '}' : undefined;
    if (brace !== undefined) {
      tokens.push({ kind: brace });
      rest = rest.slice(1).trimStart();
      continue;
    }
    const quoted = /^(["'])(.*?)\1/.exec(rest);
    if (quoted === null && /^["']/.test(rest)) return undefined;
    const [whole, text] = quoted === null ? [plainWord(rest), plainWord(rest)] : [quoted[0], quoted[2] ?? ''];
    tokens.push({ kind: 'word', text });
    rest = rest.slice(whole.length).trimStart();
  }
  return tokens;
}

function plainWord(rest: string): string {
  return /^[^\s{}!#"']+/.exec(rest)?.[0] ?? rest.charAt(0);
}

function refusalOf(word: string): string | undefined {
  if (unsupported.has(word)) return `\`${word}\` is not followed; give one file with everything in it`;
  if (word.startsWith('$')) return `the definition ${word} is not known here; write its value out`;
  if (word.startsWith('@')) return `the condition ${word} is not known here; give the file as this host reads it`;
  return word.startsWith('~SEQ') ? '`~SEQ` is not expanded; write the lines out' : undefined;
}
