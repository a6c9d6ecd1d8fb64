import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { block, comment, directive, joined, variable } from './nginx.ts';
import type { NginxNode, NginxWord } from './nginx.ts';
import { printNginx } from './nginx-print.ts';
import { readNginx } from './nginx-read.ts';

/** Text as the printer takes it: no dollar, no control character; likes the characters that mean something. */
const text = fc
  .array(fc.oneof(fc.constantFrom(...'"\'\\;{}#()/ ~*:nrt_'), fc.string({ unit: 'grapheme', maxLength: 3 })), {
    maxLength: 8,
  })
  // oxlint-disable-next-line no-control-regex -- the printer refuses them
  .map((chars) => chars.join('').replaceAll(/[$\u0000-\u001f\u007f]/g, ''));
const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/).map(variable);
const word: fc.Arbitrary<NginxWord> = fc.oneof(
  text,
  name,
  fc
    .array(
      fc.tuple(
        text.filter((part) => part !== ''),
        name,
      ),
      { minLength: 1, maxLength: 3 },
    )
    .map((pairs) => joined(...pairs.flat())),
);
const words = fc.array(word, { maxLength: 4 });
const node: fc.Arbitrary<NginxNode> = fc.letrec<{ node: NginxNode }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    fc.tuple(text, words).map(([name, rest]) => directive(name, ...rest)),
    text.map((line) => comment(line.trim())),
    fc.tuple(text, words, fc.array(tie('node'), { maxLength: 3 })).map((parts) => block(...parts)),
  ),
})).node;

test('what was printed is read back the same, whatever characters it holds', () => {
  fc.assert(
    fc.property(fc.array(node, { maxLength: 4 }), (nodes) => {
      expect(readNginx(printNginx(nodes))).toEqual({ ok: true, value: nodes });
    }),
  );
});

test('a file of another hand is read too', () => {
  const found = readNginx(`
user www-data; # the usual
events { worker_connections 768; }
http {
	include /etc/nginx/mime.types; gzip on;
  log_format main '$remote_addr "$request" '
                  '$status'; # two
  location ~ \\.php$ { return 404; }
  map $x $y { 'a b' "\${x}z"; }
}`);
  expect(found).toEqual({
    ok: true,
    value: [
      directive('user', 'www-data'),
      comment('the usual'),
      block('events', [], [directive('worker_connections', '768')]),
      block(
        'http',
        [],
        [
          directive('include', '/etc/nginx/mime.types'),
          directive('gzip', 'on'),
          directive(
            'log_format',
            'main',
            joined(variable('remote_addr'), ' "', variable('request'), '" '),
            variable('status'),
          ),
          comment('two'),
          block('location', ['~', '\\.php$'], [directive('return', '404')]),
          block('map', [variable('x'), variable('y')], [directive('a b', joined(variable('x'), 'z'))]),
        ],
      ),
    ],
  });
});

test.each([
  ['a;\n}', 2, 'unexpected "}"'],
  ['http {\n a;\n', 1, 'block without "}"'],
  ['\nuser www-data', 2, 'directive without ";"'],
  [';', 1, 'unexpected ";"'],
  ['a;\n{ }', 2, 'unexpected "{"'],
  ['a "b;', 1, 'no closing "'],
  ['a "b"c;', 1, 'unexpected "c" after a quoted word'],
  ['a { b }', 1, 'unexpected "}"'],
])('%j is refused where NGINX refuses it', (text, line, message) => {
  expect(readNginx(text)).toEqual({ ok: false, error: { line, message } });
});
