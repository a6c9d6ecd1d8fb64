import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { block, line, printKeepalived } from './keepalived.ts';
import type { KeepalivedNode } from './keepalived.ts';
import { readKeepalived } from './read-keepalived.ts';

test('comments begin at ! and # outside quotes, a brace may stand on the next line, blocks may be on one line', () => {
  const text = `! a comment
vrrp_script chk
{
    script "/bin/sh -c 'a # b'"   # why
    interval 2 ! also one
}
track_script { chk weight -3 }
`;
  expect(readKeepalived(text)).toEqual({
    ok: true,
    value: [
      block(['vrrp_script', 'chk'], [line('script', "/bin/sh -c 'a # b'"), line('interval', '2')]),
      block(['track_script'], [line('chk', 'weight', '-3')]),
    ],
  });
});

test.each([
  ['vrrp_instance A {\n', 1, 'the block vrrp_instance is not closed'],
  ['a\n}\n', 2, '"}" without a "{" before it'],
  ['{\n', 1, '"{" without a name before it'],
  ['script "abc\n', 1, 'a quote is not closed in its line'],
  ['a 1\ninclude /etc/x/*.conf\n', 2, '`include` is not followed; give one file with everything in it'],
  ['$IP=1.2.3.4\n', 1, 'the definition $IP=1.2.3.4 is not known here; write its value out'],
  ['@^lb1 priority 3\n', 1, 'the condition @^lb1 is not known here; give the file as this host reads it'],
])('%j is refused', (text, number, message) => {
  expect(readKeepalived(text)).toEqual({ ok: false, error: { line: number, message } });
});

const word = fc.stringMatching(/^[A-Za-z0-9_.:/+-]+( [A-Za-z0-9_.:/+-]+)?$/);
const first = fc.stringMatching(/^[a-z][a-z_]*$/).filter((text) => !text.startsWith('include'));
const words = fc
  .tuple(first, fc.array(word, { maxLength: 3 }))
  .map(([head, rest]): [string, ...string[]] => [head, ...rest]);
const { node } = fc.letrec<{ node: KeepalivedNode }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    words.map((each) => line(...each)),
    fc.tuple(words, fc.array(tie('node'), { maxLength: 3 })).map(([head, children]) => block(head, children)),
  ),
}));

test('what we print is read back', () => {
  fc.assert(
    fc.property(fc.array(node, { maxLength: 4 }), (nodes) => {
      expect(readKeepalived(printKeepalived(nodes))).toEqual({ ok: true, value: nodes });
    }),
  );
});

test('no text is a bug of ours', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', ' ', '\n', '{', '}', '"', "'", '#', '!', '@', '$', '~', '\\', '\t') }),
      (text) => {
        readKeepalived(text);
      },
    ),
  );
});
