import { execFileSync } from 'node:child_process';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { printShell, quoteShell, run, variable, type ShellStatement } from './shell.ts';

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
        {
          kind: 'function',
          name: 'say',
          body: [{ ...run('echo', variable('zone')), output: '/tmp/x y', failure: 'tolerated' }],
        },
        {
          kind: 'if',
          test: run('test', '-e', '/x'),
          when: 'fails',
          then: [{ kind: 'for', variable: 'name', words: ['a', 'b c'], body: [run('echo', variable('name'))] }],
          otherwise: [run('true')],
        },
        { ...run('cat'), input: "END\nit's $HOME\n", output: '/tmp/x' },
      ]),
    ).toBe(`#!/bin/sh
set -eu
# one
# two
zone='a b'

say() {
  echo "$zone" >'/tmp/x y' || true
}
if ! test -e /x; then
  for name in a 'b c'; do
    echo "$name"
  done
else
  true
fi
cat >/tmp/x <<'END_'
END
it's $HOME
END_
`);
  });

  it('refuses names that are none and a condition with a here-document', () => {
    expect(() => printShell([{ kind: 'assign', name: 'a b', value: '' }])).toThrow(/no shell name/);
    expect(() =>
      printShell([
        { kind: 'if', test: { ...run('cat'), input: 'x\n' }, when: 'succeeds', then: [run('true')], otherwise: [] },
      ]),
    ).toThrow(/no here-document/);
    expect(() => quoteShell('a\0b')).toThrow(/NUL/);
  });

  it('hands arguments to a real shell unchanged', () => {
    fc.assert(
      fc.property(fc.array(shellText, { minLength: 1, maxLength: 4 }), (words) => {
        expect(runScript([run('printf', '%s\\n', ...words)])).toBe(`${words.join('\n')}\n`);
      }),
      { numRuns: 40 },
    );
  });

  it('hands here-documents and variables to a real shell unchanged', () => {
    fc.assert(
      fc.property(shellText, (value) => {
        expect(runScript([{ ...run('cat'), input: value }])).toBe(value);
        expect(runScript([{ kind: 'assign', name: 'v', value }, run('printf', '%s', variable('v'))])).toBe(value);
      }),
      { numRuns: 40 },
    );
  });

  it('quotes a first word that could be an assignment, a home or a reserved word', () => {
    expect(quoteShell('A=b')).toBe("'A=b'");
    expect(quoteShell('~root')).toBe("'~root'");
    expect(quoteShell('')).toBe("''");
    expect(quoteShell('done')).toBe("'done'");
  });
});
