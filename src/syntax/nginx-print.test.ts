import { expect, test } from 'vitest';
import { block, comment, directive, joined, variable } from './nginx.ts';
import { printNginx } from './nginx-print.ts';

test('directives, blocks and comments read as a person would write them', () => {
  const text = printNginx([
    comment('who runs it'),
    directive('user', 'www-data'),
    directive('worker_processes', 'auto'),
    block(
      'http',
      [],
      [
        directive('server_tokens', 'off'),
        block('map', [variable('http_upgrade'), variable('upgrade')], [directive('default', '')]),
        directive('sendfile', 'on'),
        comment('who answers'),
        block('server', [], [directive('listen', '*:80', 'default_server'), directive('return', '444')]),
      ],
    ),
  ]);
  expect(text).toBe(`# who runs it
user www-data;
worker_processes auto;

http {
    server_tokens off;

    map $http_upgrade $upgrade {
        default "";
    }

    sendfile on;

    # who answers
    server {
        listen *:80 default_server;
        return 444;
    }
}
`);
});

test('nothing prints as an empty file', () => {
  expect(printNginx([])).toBe('');
});

test.each([
  ['semicolon', 'a;b', '"a;b"'],
  ['space', 'a b', '"a b"'],
  ['braces', '{a}', '"{a}"'],
  ['comment sign', '#a', '"#a"'],
  ['double quote', 'a"b', `'a"b'`],
  ['both quotes', `a"b'c`, `"a\\"b'c"`],
  ['single quote', "it's", '"it\'s"'],
  ['backslash', 'a\\n', '"a\\\\n"'],
  ['letters of other scripts', 'ключ', '"ключ"'],
  ['nothing', '', '""'],
])('a word with %s is quoted', (_what, word, printed) => {
  expect(printNginx([directive('d', word)])).toBe(`d ${printed};\n`);
});

test('variables take braces only where the next letter would be read as part of the name', () => {
  const words = [
    variable('host'),
    joined('https://', variable('host'), variable('request_uri')),
    joined(variable('a'), 'b'),
    joined(variable('a'), '-b'),
    joined(variable('a'), ' b'),
  ];
  expect(printNginx([directive('d', ...words)])).toBe('d $host https://$host$request_uri ${a}b $a-b "$a b";\n');
});

test('long directives go on, indented, on the next line', () => {
  const words = Array.from({ length: 12 }, (_, index) => `www${index}.example.com`);
  const text = printNginx([block('server', [], [directive('server_name', ...words)])]);
  const lines = text.split('\n');
  expect(lines[1]).toMatch(/^ {4}server_name www0/);
  expect(lines[2]).toMatch(/^ {8}www/);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(120);
});

test.each([
  ['a dollar in text', directive('d', '$host')],
  ['a dollar in a name', directive('$host', 'a')],
  ['a line feed', directive('d', 'a\nb')],
  ['NUL', directive('d', 'a\0b')],
  ['a comment of two lines', comment('a\nload_module x;')],
  ['a variable that is none', directive('d', variable('a}b'))],
  ['a word NGINX has no buffer for', directive('d', 'x'.repeat(4001))],
])('%s is refused', (_what, node) => {
  expect(() => printNginx([node])).toThrow(/dollar|control|variable|too long/);
});
