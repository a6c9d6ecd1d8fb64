import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printShell, run, type ShellStatement } from './shell.ts';

function runScript(statements: readonly ShellStatement[]): string {
  return execFileSync('/bin/sh', ['-s'], { input: printShell(statements), encoding: 'utf8' });
}

const shellText = fc.string({ unit: 'binary', maxLength: 40 }).filter((value) => !value.includes('\0'));

describe('printShell', () => {
  it('prints each kind of statement', () => {
    expect(
      printShell([
        { kind: 'comment', text: 'one\ntwo' },
        { kind: 'assign', name: 'zone', value: 'a b' },
        { kind: 'blank' },
        { kind: 'verbatim', lines: '\nif true; then\n  echo "$zone"\nfi\n' },
        { ...run('echo', '$zone'), failure: 'tolerated' },
        { ...run('put', '/tmp/x'), input: "END\nit's $HOME\n" },
      ]),
    ).toBe(`#!/bin/sh
set -eu
# one
# two
zone='a b'

if true; then
  echo "$zone"
fi
echo '$zone' || true
put /tmp/x <<'END_'
END
it's $HOME
END_
`);
  });

  it('refuses what a script can not hold', () => {
    expect(() => printShell([{ kind: 'assign', name: 'a b', value: '' }])).toThrow(/no shell name/);
    expect(() => printShell([{ kind: 'comment', text: 'a\rb' }])).toThrow(/one line/);
    expect(() => printShell([{ ...run('cat'), input: 'a\0\n' }])).toThrow(/NUL/);
    expect(() => printShell([run('echo', 'a\0b')])).toThrow(/NUL/);
  });

  it('hands arguments to a real shell unchanged', () => {
    fc.assert(
      fc.property(fc.array(shellText, { minLength: 1, maxLength: 4 }), (words) => {
        expect(runScript([run('printf', '%s\\n', ...words)])).toBe(`${words.join('\n')}\n`);
      }),
      { numRuns: 40 },
    );
  });

  it('hands input and variables to a real shell unchanged', () => {
    fc.assert(
      fc.property(shellText, fc.constantFrom('', '\n', '\nEND\n'), (value, end) => {
        expect(runScript([{ ...run('cat'), input: value + end }])).toBe(value + end);
        expect(
          runScript([
            { kind: 'assign', name: 'v', value },
            { kind: 'verbatim', lines: 'printf %s "$v"' },
          ]),
        ).toBe(value);
      }),
      { numRuns: 40 },
    );
  });
});
