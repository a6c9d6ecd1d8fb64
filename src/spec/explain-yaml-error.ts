import type { YAMLError } from 'yaml';
import type { TextFinding } from './yaml-content.ts';

/** Says what the `yaml` package found in the words of an edge file, with the fix that usually helps. */
export function explainYamlError(text: string, error: YAMLError): TextFinding {
  const [start, end] = error.pos;
  const line = lineAround(text, start);
  const place = { start, end: Math.max(end, start + 1) };
  if (error.code === 'TAB_AS_INDENT' || /^\s*\t/.test(line)) {
    const tab = text.indexOf('\t', lineStart(text, start));
    return {
      code: 'EK103',
      start: tab,
      end: tab + 1,
      message: 'a tab indents this line',
      fix: 'indent with blanks, two per level',
    };
  }
  if (error.code === 'TAG_RESOLVE_FAILED') {
    const tag = /^![^\s,}\]]*/.exec(text.slice(start))?.[0] ?? '!';
    return {
      code: 'EK111',
      ...place,
      message: `the tag \`${tag}\` means nothing in an edge file`,
      fix: 'remove it, and put the value in quotes if it begins with `!`',
    };
  }
  if (error.message.startsWith('Missing closing')) return unclosed(text, error);
  // An indentation is wrong where the text begins, not at the margin.
  const blanks =
    error.code === 'BAD_INDENT' ? (/^ */.exec(text.slice(start, start + line.length))?.[0].length ?? 0) : 0;
  return {
    code: 'EK102',
    start: start + blanks,
    end: Math.max(place.end, start + blanks + 1),
    message: messageOf(error),
    fix: fixOf(line, error),
  };
}

/** The parser meets the end of the file; the quote that was left open is on the first line with an odd number of them. */
function unclosed(text: string, error: YAMLError): TextFinding {
  const quote = error.message.includes('"') ? '"' : "'";
  let offset = 0;
  for (const line of text.split('\n')) {
    const quotes = [...line.matchAll(quote === '"' ? /(?<!\\)"/g : /'/g)];
    const first = quotes[0];
    if (first !== undefined && quotes.length % 2 === 1) {
      const start = offset + (quotes.at(-1)?.index ?? first.index);
      return {
        code: 'EK102',
        start,
        end: start + 1,
        message: `this is no valid YAML: the quote ${quote} is not closed`,
        fix: `write the closing ${quote} on the same line`,
      };
    }
    offset += line.length + 1;
  }
  return { code: 'EK102', start: error.pos[0], end: error.pos[1], message: messageOf(error), fix: 'close the quotes' };
}

function messageOf(error: YAMLError): string {
  const text = error.message.replace(/ at line \d+, column \d+:?[\s\S]*$/, '').replace(/[.:\s]+$/, '');
  return `this is no valid YAML: ${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}

function fixOf(line: string, error: YAMLError): string {
  const address = /(?<![\w"':.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?:\/\d+)?/i.exec(line)?.[0];
  if (address !== undefined) return `put the IPv6 address in quotes: "${address}"`;
  switch (error.code) {
    case 'BAD_INDENT':
    case 'UNEXPECTED_TOKEN':
    case 'MISSING_CHAR':
      if (/[:,]\s*[*&@`%|>]/.test(line))
        return 'put the value in quotes: it begins with a character that YAML uses itself';
      return 'compare the indentation and brackets with the lines above';
    case 'BLOCK_AS_IMPLICIT_KEY':
      return 'write one `key: value` per line, or put a value that holds `: ` in quotes';
    case 'BAD_ALIAS':
    case 'BAD_SCALAR_START':
      return 'put the value in quotes: it begins with a character that YAML uses itself';
    case 'MULTILINE_IMPLICIT_KEY':
      return 'add the colon after the key, and check the quotes and brackets above';
    default:
      return 'compare the indentation, quotes and brackets with the lines above';
  }
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

function lineAround(text: string, offset: number): string {
  const end = text.indexOf('\n', offset);
  return text.slice(lineStart(text, offset), end === -1 ? text.length : end);
}
