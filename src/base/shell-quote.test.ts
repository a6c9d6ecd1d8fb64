import { existsSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runLocalBytes } from '../hosts/process.ts';
import { quoteCommand, quoteForShell } from './shell-quote.ts';

/** Every word a process can be given: no NUL, no half of a surrogate pair (it has no UTF-8). */
const words = fc.array(
  fc.oneof(
    fc.string({ unit: 'binary' }).map((word) => word.replaceAll('\0', '')),
    fc.string({ unit: fc.constantFrom("'", '"', '\\', '$', '`', '\n', ' ', '!', '*', '~', '=', '#', 'a', '\r', '\t') }),
  ),
  { minLength: 1, maxLength: 40 },
);

describe('quoteForShell', () => {
  test('plain words stay readable, others are quoted', () => {
    expect(quoteCommand(['nginx', '-t', '', '-c', '/etc/ngi nx', "it's", 'a=b', '~', '$(reboot)'])).toBe(
      `nginx -t '' -c '/etc/ngi nx' 'it'\\''s' 'a=b' '~' '$(reboot)'`,
    );
  });

  test('a word that could be an assignment, a home or a reserved word is only a word', () => {
    expect(quoteCommand(['A=b', '~root', '', 'done', 'a~b'])).toBe("'A=b' '~root' '' 'done' a~b");
  });

  test('NUL is refused', () => {
    expect(() => quoteForShell('a\0b')).toThrow('NUL');
  });

  test.each(['/bin/sh', '/bin/dash', '/bin/bash'].filter((shell) => existsSync(shell)))(
    '%s reads back exactly the words that were quoted',
    async (shell) => {
      await fc.assert(
        fc.asyncProperty(words, async (argv) => {
          const line = quoteCommand(['printf', '%s\\0', ...argv]);
          const { stdout } = await runLocalBytes({ argv: [shell, '-c', line] });
          expect(Buffer.from(stdout).toString()).toBe(argv.map((word) => `${word}\0`).join(''));
        }),
        { numRuns: 60 },
      );
    },
    60_000,
  );
});
