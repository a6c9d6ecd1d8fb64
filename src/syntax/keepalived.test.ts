import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { block, line, printKeepalived } from './keepalived.ts';

/** Splits a line as keepalived does: words apart by blanks, `"` keeps blanks, `#` and `!` end it. */
function readWords(text: string): readonly string[] {
  const words: string[] = [];
  for (const match of text.matchAll(/"([^"]*)"|([#!].*)|([^\s"#!]+)/g)) {
    if (match[2] !== undefined) break;
    words.push(match[1] ?? match[3] ?? '');
  }
  return words;
}

describe('printKeepalived', () => {
  it('prints lines, nested blocks, notes and comments', () => {
    const text = printKeepalived([
      { kind: 'comment', text: 'first\nsecond' },
      block(['global_defs'], [line('router_id', 'lb1')]),
      block(
        ['vrrp_instance', 'vip1'],
        [
          { kind: 'line', words: ['priority', '250'], note: 'highest' },
          block(['virtual_ipaddress'], [line('192.0.2.1/32', 'dev', 'eth0')]),
        ],
      ),
    ]);
    expect(text).toBe(`# first
# second

global_defs {
    router_id lb1
}

vrrp_instance vip1 {
    priority 250 # highest
    virtual_ipaddress {
        192.0.2.1/32 dev eth0
    }
}
`);
  });

  it('quotes a word with a blank', () => {
    expect(printKeepalived([line('router_id', 'a b')])).toBe('router_id "a b"\n');
  });

  it.each(['', ' ', 'a"b', 'a\nb', 'a#b', '!a', '$A', '~A', '@a', 'a{', '}'])('refuses the word %j', (word) => {
    expect(() => printKeepalived([line('router_id', word)])).toThrow(/can't read this word/);
  });

  it('refuses a comment that would leave its line', () => {
    expect(() => printKeepalived([{ kind: 'line', words: ['a'], note: 'b\nrouter_id c' }])).toThrow(/one line/);
  });

  it('prints only what reads back as the same words, or refuses', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 4 }), (values) => {
        let text: string;
        try {
          text = printKeepalived([line('k', ...values)]);
        } catch {
          return;
        }
        expect(text.split('\n')).toHaveLength(2);
        expect(readWords(text)).toEqual(['k', ...values]);
      }),
    );
  });
});
